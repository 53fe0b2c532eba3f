# frozen_string_literal: true

require "openssl"
require "rack"

# Who may write: the one user that the site names, by HTTP's Basic authentication.
class Login
  def initialize(user, password)
    @user = user
    @password = password
  end

  # Without a user or a password nobody is let in.
  def given?
    !@user.empty? && !@password.empty?
  end

  # The user's name where the request brings the right login, else nil.
  def user(env)
    request = Rack::Auth::Basic::Request.new(env)
    return unless given? && request.provided? && request.basic?

    name, password = request.credentials
    # `&`: both are compared, however the first comes out
    @user if same?(name, @user) & same?(password, @password)
  end

  # What only a form of ours has: a browser sends the login along from other sites' forms too. It
  # hangs on the password alone, so that a form outlives the container it came from.
  def token
    OpenSSL::HMAC.hexdigest("SHA256", @password, "form of #{@user}")
  end

  def token?(given)
    same?(given, token)
  end

  private

  # In constant time; digests hide the length as well.
  def same?(given, own)
    digests = [given.to_s, own].map { |text| OpenSSL::Digest::SHA256.digest(text) }
    Rack::Utils.secure_compare(*digests)
  end
end
