import City
import Engine
import HTTPServing
import Ports

/// Signing on by another system (OpenID Connect, authorisation code with PKCE).
enum SignOnRoutes {
  /// Keeps what belongs to one sign-on in the browser that began it.
  static let cookieName = "civicloop-sign-on"
  private static let path = "/api/v1/session/openid"
  /// Characters of the page to come back to.
  static let pageMax = 1_024

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/session/openid", .anyone, "To the page of the provider that signs people on",
        query: [.init(name: "page", type: "string")]
      ) { call throws(Problem) in try await begin(call, context) },
      Route(
        .get, "/session/openid/callback", .anyone, "Back from the provider",
        query: ["code", "state", "error", "error_description", "iss", "session_state"].map {
          .init(name: $0, type: "string")
        }, isSentBySystems: true
      ) { call throws(Problem) in await finish(call, context) },
      Route(
        .post, "/session/openid/logout", .anyone,
        "The provider says that somebody left it (back-channel logout)",
        takes: ["application/x-www-form-urlencoded"], isSentBySystems: true
      ) { call throws(Problem) in try await leave(call, context) },
    ]
  }

  private static func desk(_ context: WebContext) throws(Problem) -> SignOnDesk {
    guard let desk = context.signOn else { throw .notFound }
    return desk
  }

  private static func begin(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let desk = try desk(context)
    let page = page(call.filter("page"))
    let beginning: SignOnDesk.Beginning
    do throws(SignOnFault) {
      beginning = try await desk.begin(page: page)
    } catch {
      return back(refused: error.code, context)
    }
    return HTTPResponse(
      status: 303,
      headers: [
        ("Location", beginning.address),
        ("Set-Cookie", cookie(beginning.secret, seconds: beginning.seconds, context)),
      ])
  }

  /// Every outcome is a page: a browser stands here, not a program.
  private static func finish(_ call: Call, _ context: WebContext) async -> HTTPResponse {
    guard let desk = context.signOn else { return back(refused: "sign_on.lost", context) }
    guard let code = call.filter("code"), let state = call.filter("state") else {
      return back(refused: "sign_on.refused", context)
    }
    do throws(AccountFault) {
      let session = try await desk.finish(
        code: code, state: state, secret: call.request.cookie(cookieName), request: call.id)
      let seconds =
        session.expiresAt.millisecondsSince(context.engine.time.now) / Duration.second
      var response = turn(to: session.page)
      response.headers.append(
        (
          "Set-Cookie",
          SessionRoutes.cookie(session.secret, seconds: seconds, context.settings)
        ))
      response.headers.append(("Set-Cookie", cookie("", seconds: 0, context)))
      return response
    } catch {
      return back(refused: error.code, context)
    }
  }

  private static func leave(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let desk = try desk(context)
    guard let token = HTTPForm.pairs(call.request.body)?.first(where: { $0.name == "logout_token" })
    else { throw .field("logout_token", "field.missing") }
    do throws(AccountFault) {
      _ = try await desk.leave(token: token.value, request: call.id)
    } catch {
      if case .signOn(let fault) = error { throw .field("logout_token", fault.code) }
      throw Problem(error)
    }
    return HTTPResponse(status: 200)
  }

  /// A page of ours, never an address elsewhere.
  static func page(_ text: String?) -> String {
    guard let text, text.count <= pageMax, text.hasPrefix("/"), !text.hasPrefix("//"),
      text.utf8.allSatisfy({
        $0 > 0x20 && $0 < 0x7F && !["\\", "\"", "<", ">", "'"].contains(Character(.init($0)))
      })
    else { return "/" }
    return text
  }

  private static func back(refused code: String, _ context: WebContext) -> HTTPResponse {
    turn(to: "/?signOn=" + code)
  }

  /// The browser comes from another site, so that it would not send a strict cookie along with a
  /// redirect: a page of ours sends it on.
  private static func turn(to page: String) -> HTTPResponse {
    let address = page.replacing("&", with: "&amp;")
    let text =
      "<!doctype html><meta charset=\"utf-8\"><title>CivicLoop</title>"
      + "<meta http-equiv=\"refresh\" content=\"0;url=\(address)\">"
    return HTTPResponse(
      status: 200,
      headers: [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")],
      body: .bytes(Array(text.utf8)))
  }

  /// Lax: it must come along when the provider sends the browser back.
  private static func cookie(
    _ value: String, seconds: Int64, _ context: WebContext
  ) -> String {
    "\(cookieName)=\(value); Path=\(path); HttpOnly; SameSite=Lax; Max-Age=\(seconds)"
      + (context.settings.secureCookie ? "; Secure" : "")
  }
}
