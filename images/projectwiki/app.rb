# frozen_string_literal: true

require "erubi"
require "sinatra/base"
require_relative "login"
require_relative "pages"

# The wiki's HTTP side: everybody reads, whoever has the login writes.
class ProjectWiki < Sinatra::Base
  LARGEST = 1024 * 1024 # bytes of a page's text
  WORDS = 200 # characters that are searched for
  POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " \
           "base-uri 'none'; frame-ancestors 'none'"

  set :root, __dir__
  set :erb, escape_html: true
  set :absolute_redirects, false # behind `-p` the port that it is called by is unknown
  # Names are looked up in git, never in a folder; it would show one page for another's address.
  set :protection, except: :path_traversal

  before do
    headers "content-security-policy" => POLICY, "referrer-policy" => "same-origin"
    params.each_value { |value| check_text(value) }
  end

  helpers do
    def pages
      settings.pages
    end

    # A page's address in one of the wiki's rooms.
    def address(room, name)
      "/#{room}/#{name.split("/").map { |word| ERB::Util.url_encode(word) }.join("/")}"
    end

    def refuse(status, message)
      raise Pages::Refused.new(status, message)
    end

    def check_text(value)
      good = value.is_a?(String) && value.valid_encoding? && !value.include?("\0")
      refuse(400, "a parameter that is no UTF-8 text") unless good
    end

    # The name that the address ends with.
    def asked
      name = params[:splat].first
      check_text(name)
      refuse(400, "#{name}: . and .. lead nowhere") if name.split("/").intersect?(%w[. ..])

      name
    end

    def found(commit = nil)
      page = pages.find(asked, commit)
      return page if page

      @absent = asked unless commit
      refuse(404, "#{asked}: no such page")
    end

    # The name of who is logged in; everybody else is asked to.
    def writer
      refuse(403, "read-only: the wiki was started without a login") unless settings.login.given?

      user = settings.login.user(request.env)
      if user.nil?
        headers "www-authenticate" => 'Basic realm="projectwiki", charset="UTF-8"'
        refuse(401, "log in to edit")
      end
      request.env["REMOTE_USER"] = user # for the log
    end
  end

  # for the health check: no page is read for it
  get "/up" do
    content_type :text
    "up\n"
  end

  get "/" do
    @page = pages.find("Home")
    erb(@page ? :page : :list)
  end

  get "/pages" do
    erb :list
  end

  get "/search" do
    @words = params[:q].to_s.strip[0, WORDS]
    @results = @words.empty? ? [] : pages.search(@words)
    erb :search
  end

  get "/new" do
    redirect address("edit", params[:name].to_s.strip), 303
  end

  get "/wiki/*" do
    if (bytes = pages.image(asked))
      content_type File.extname(asked).downcase
      halt bytes
    end
    @version = params[:version]
    @page = found(@version)
    erb :page
  end

  get "/history/*" do
    @page = found
    erb :history
  end

  get "/edit/*" do
    writer
    page = pages.find(asked)
    @name = page ? page.name : asked
    @text = page ? page.text : "# #{asked.split("/").last}\n"
    @base = page ? page.version : ""
    erb :edit
  end

  post "/edit/*" do
    author = writer
    own = settings.login.token?(params[:token])
    refuse(403, "not sent from the wiki's own form; edit the page there") unless own

    @name = asked
    @text = params[:text].to_s.gsub(/\r\n?/, "\n")
    refuse(413, "more than #{LARGEST} bytes; make it two pages") if @text.bytesize > LARGEST

    version = params[:version].to_s
    message = params[:message].to_s.split.join(" ")
    message = "#{version.empty? ? "Create" : "Edit"} #{@name}" if message.empty?
    pages.save(@name, @text, version: version, author: author, message: message)
    redirect address("wiki", @name), 303
  end

  error Pages::Conflict do
    @problem = env["sinatra.error"].message
    @current = pages.find(@name)
    @base = @current ? @current.version : ""
    erb :edit
  end

  error Pages::Refused do
    @problem = env["sinatra.error"].message
    erb :problem
  end

  error 400 do
    @problem = "not a request that can be read"
    erb :problem
  end

  not_found do
    @problem = "#{request.path_info}: nothing is here"
    erb :problem
  end

  error do
    @problem = "the wiki failed; its log says why"
    erb :problem
  end
end
