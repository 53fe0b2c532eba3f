# frozen_string_literal: true

require_relative "app"

$stdout.sync = true
begin
  ProjectWiki.set :pages, Pages.new("/srv/projectwiki")
rescue Pages::Refused => e
  abort "projectwiki: #{e.message}"
end
ProjectWiki.set :login, Login.new(ENV.fetch("DOCKWRIGHT_USER", ""),
                                  ENV.fetch("DOCKWRIGHT_PASSWORD", ""))

run ProjectWiki
