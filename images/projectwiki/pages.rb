# frozen_string_literal: true

require "digest/sha1"
require "gollum-lib"
require "sinatra/base"

# The wiki's pages in a bare git repository. Others commit to it too, so that whatever is asked
# opens it anew.
class Pages
  # What was asked for can't be done; Sinatra answers with that status.
  class Refused < Sinatra::Error
    attr_reader :http_status

    def initialize(http_status, message)
      super(message)
      @http_status = http_status
    end
  end

  # Somebody else's change came first.
  class Conflict < Refused
    def initialize(name)
      super(409, "#{name}: changed by somebody else since you began to edit")
    end
  end

  # One page as a commit has it.
  class Page
    def initialize(found)
      @found = found
    end

    # Its path in the repository, without and with its extension.
    def name
      path.delete_suffix(File.extname(path))
    end

    def path
      @found.path
    end

    # Scrubbed in place: gollum renders the same string.
    def text
      @found.raw_data.force_encoding(Encoding::UTF_8).scrub!
    end

    def html
      text
      @found.formatted_data(nil, INCLUDED)
    end

    # Tells whether the page is still the one that a form was filled with.
    def version
      Digest::SHA1.hexdigest(text)
    end
  end

  Change = Struct.new(:id, :time, :author, :message)

  # gollum can't go by names that are no UTF-8: one such file would take all pages along.
  class Access < Gollum::GitAccess
    def tree!(*)
      super.select { |entry| entry.path.valid_encoding? }
    end
  end

  # The sanitizer stands first, and so has the last word on what the others made. Those that ask
  # servers elsewhere, at the bidding of a page's text, are left out.
  FILTERS = %i[Sanitize PlainText TOC Code Tags Render].freeze
  INCLUDED = 3 # levels of pages in pages
  WORD = /\A[[:alnum:]][[:alnum:] ._'(),&-]*\z/
  LONGEST = 200 # bytes of a name: a file's may have 255
  COMMITS = 100 # shown in a history
  RESULTS = 100 # of a search
  TRIES = 5 # of a write that others come before
  IMAGES = %w[.gif .jpeg .jpg .png .webp].freeze

  # Raises Refused where there is no repository to work with.
  def initialize(repository)
    @repository = repository
    @writing = Mutex.new
    raise unfit("it has a work tree") unless wiki.repo.bare
  end

  # All pages, those in subfolders too, by name; as of a commit, or now.
  def list(commit = nil)
    all(wiki, commit).sort_by { |page| page.name.downcase }
  end

  # The page of that name, or nil. Upper and lower case, and blank, dash and underscore, are one.
  def find(name, commit = nil)
    pick(all(wiki, commit), name)
  end

  # Pairs of a page and its first line with ``words``; nil where only its name has them.
  def search(words)
    wanted = words.downcase
    results = list.lazy.filter_map do |page|
      line = page.text.each_line.find { |text| text.downcase.include?(wanted) }
      [page, line] if line || page.name.downcase.include?(wanted)
    end
    results.first(RESULTS)
  end

  # The commits that changed the page, newest first; those of one second in any order.
  def history(page)
    here = wiki
    here.repo.git.versions_for_path(page.path, here.ref, max_count: COMMITS).map do |commit|
      Change.new(commit.id, commit.authored_date, utf8(commit.author.name), utf8(commit.message))
    end
  end

  # The picture at that path as bytes, or nil.
  def image(path)
    return unless IMAGES.include?(File.extname(path).downcase)

    wiki.file(path)&.raw_data
  end

  # Commit a page's text; ``version`` is that of the page it was made from, empty for a new one.
  def save(name, text, version:, author:, message:)
    check(name)
    tries = 0
    begin
      @writing.synchronize { write(name, text, version, author, message) }
    rescue Rugged::ObjectError, Rugged::ReferenceError
      # libgit2 moves a branch only on from the commit's parent: a push came between
      retry if (tries += 1) < TRIES
      raise
    end
  end

  private

  def wiki
    # the branch that HEAD names, which need not be there yet
    head = File.read(File.join(@repository, "HEAD"))[%r{\Aref: refs/heads/(.+)$}, 1] || "master"
    Gollum::Wiki.new(Access.new(@repository), ref: head, base_path: "/wiki",
                                              filter_chain: FILTERS.dup)
  rescue Rugged::Error, Rugged::OSError, SystemCallError => e
    raise unfit(e.message)
  end

  def unfit(reason)
    Refused.new(503, "#{@repository}: no bare git repository of user #{Process.uid} (#{reason}); " \
                     "mount one")
  end

  def all(here, commit = nil)
    return [] unless here.repo.commit(commit || here.ref)

    here.pages(commit || here.ref).map { |found| Page.new(found) }
  rescue Gollum::Git::NoSuchShaFound
    []
  end

  def pick(pages, name)
    pages.find { |page| page.name == name } ||
      pages.find { |page| alike(page.name) == alike(name) }
  end

  # What others committed may be in any encoding, or in none.
  def utf8(text)
    text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace).scrub
  end

  def alike(name)
    name.tr(" _", "-").downcase
  end

  def write(name, text, version, author, message)
    here = wiki
    parent = here.repo.commit(here.ref)
    page = pick(all(here), name)
    raise Conflict, name unless version == (page ? page.version : "")
    return if page && page.text == text

    committer = Gollum::Committer.new(here, parent: parent, message: message, name: author,
                                            email: "#{author}@projectwiki")
    committer.add(page ? page.path : free_path(name, parent), text)
    committer.commit
  end

  def check(name)
    if Gollum::Page.valid_page_name?(File.basename(name))
      raise Refused.new(400, "#{name}: no name for a page; leave its ending out")
    end
    return if name.bytesize <= LONGEST && !name.empty? && name.split("/", -1).all?(WORD)

    raise Refused.new(400, "#{name}: no name for a page; use letters, digits, blanks and " \
                           ". _ - ' ( ) , & with / between folders")
  end

  # git would drop a file where a folder is to be, and the other way round.
  def free_path(name, parent)
    path = "#{name.tr(" ", "-")}.md"
    return path if parent.nil?

    words = path.split("/")
    folders = (1...words.size).map { |count| words.first(count).join("/") }
    taken = folders.find { |folder| (parent.tree / folder).is_a?(Gollum::Git::Blob) }
    taken ||= path if parent.tree / path
    raise Refused.new(409, "#{name}: #{taken} is something else already") if taken

    path
  end
end
