# frozen_string_literal: true

require_relative "config/environment"

# Health checks come from inside, every few seconds: they would be most of the log.
class OutsideLog
  def initialize(app)
    @app = app
  end

  def call(env)
    return @app.call(env) unless env["REMOTE_ADDR"] == "127.0.0.1"

    Rails.logger.silence { @app.call(env) }
  end
end

use OutsideLog
run Rails.application
