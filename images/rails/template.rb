# frozen_string_literal: true

# What the scaffold is told: notes that can be listed, created, changed and destroyed.

# The same number at every build: a newer image finds its table in the database of the older one,
# where a new number would mean another table of that name.
environment "config.active_record.timestamped_migrations = false"
# Plain HTTP: newer Rails would send everybody to https.
gsub_file "config/environments/production.rb", "config.force_ssl = true", "config.force_ssl = false"

generate :scaffold, "note", "title:string", "text:text"
route 'root "notes#index"'
# for the health check: no note is read for it
route 'get "up", to: proc { [200, { "content-type" => "text/plain" }, ["up\\n"]] }'
inject_into_class "app/models/note.rb", "Note", <<~RUBY.indent(2)
  validates :title, presence: true, length: { maximum: 200 }
  validates :text, length: { maximum: 100_000 }
RUBY
# The first page costs the same however much was written.
gsub_file "app/controllers/notes_controller.rb", "Note.all",
          "Note.select(:id, :title).order(id: :desc).limit(100)"
# Without JavaScript only a form destroys something: a button.
file "app/views/notes/index.html.erb", <<~ERB, force: true
  <p id="notice"><%= notice %></p>
  <h1>Notes</h1>
  <table>
    <tbody>
      <% @notes.each do |note| %>
        <tr>
          <td><%= note.title %></td>
          <td><%= link_to "Show", note %></td>
          <td><%= link_to "Edit", edit_note_path(note) %></td>
          <td><%= button_to "Destroy", note, method: :delete %></td>
        </tr>
      <% end %>
    </tbody>
  </table>
  <p>The newest hundred are listed. <%= link_to "New note", new_note_path %></p>
ERB
