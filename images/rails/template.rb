# frozen_string_literal: true

# What the scaffold is told: notes that can be listed, created, changed and destroyed.

# The same number at every build: a newer image finds its table in the database of the older one,
# where a new number would mean another table of that name.
environment "config.active_record.timestamped_migrations = false"
# Plain HTTP: newer Rails would send everybody to https.
gsub_file "config/environments/production.rb", "config.force_ssl = true", "config.force_ssl = false"

generate :scaffold, "note", "title:string", "text:text"
route 'root "notes#index"'
inject_into_class "app/models/note.rb", "Note", "  validates :title, presence: true\n"
# Without JavaScript only a form destroys something: a button, where older Rails has a link.
gsub_file "app/views/notes/index.html.erb", "link_to 'Destroy'", "button_to 'Destroy'"
