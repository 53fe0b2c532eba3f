# frozen_string_literal: true

require_relative "app"

# Health checks come from inside, every few seconds: they would be most of the log.
class OutsideLog < Rack::CommonLogger
  def log(env, *)
    super unless env["REMOTE_ADDR"] == "127.0.0.1"
  end
end

$stdout.sync = true
begin
  ProjectWiki.set :pages, Pages.new("/srv/projectwiki")
rescue Pages::Refused => e
  abort "projectwiki: #{e.message}"
end
ProjectWiki.set :login, Login.new(ENV.fetch("DOCKWRIGHT_USER", ""),
                                  ENV.fetch("DOCKWRIGHT_PASSWORD", ""))

use OutsideLog, $stdout
run ProjectWiki
