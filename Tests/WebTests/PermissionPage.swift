import City
import Foundation
import HTTPServing
import LoopFixture
import Pack

@testable import Web

/// The page that says who may call what, made from the route table and the posts of the core pack.
struct PermissionPage {
  static let path = Loop.repository + "/docs/permissions.md"
  static let allowed = "●"

  /// One line of the page: a route and the posts that may call it.
  struct Line: Sendable, Equatable {
    let method: String
    let path: String
    /// `anyone`, `signed in`, or permissions.
    let needs: String
    /// Codes of posts that are let in.
    let posts: Set<String>
  }

  static let heading = """
    # Who may call what

    Made from the route table and the posts of the core pack; a test compares this page with both, and then \
    tries every cell against a running engine, once with records within the caller's scope and once with records \
    outside it. ● = the post is let in. A record outside the scope is answered as one that does not exist; lists \
    leave it out. Without sign-in everything but `anyone` is answered with 401.
    """

  static func text(_ routes: [Route], _ posts: [Post]) -> String {
    var text = heading + "\n\n## Posts\n\n| post | permissions |\n|---|---|\n"
    for post in posts {
      let words = Permission.allCases.filter(post.permissions.contains).map(\.rawValue)
      text += "| `\(post.code)` \(post.name) | \(words.joined(separator: ", ")) |\n"
    }
    text += "\n## Routes\n\n| route | needs |"
    text += posts.map { " \($0.code) |" }.joined()
    text += "\n|---|---|" + posts.map { _ in "---|" }.joined() + "\n"
    for route in routes {
      text += "| `\(route.method.rawValue) \(route.path)` | \(needs(route.access)) |"
      text += posts.map { mayCall(route.access, $0) ? " \(allowed) |" : " |" }.joined() + "\n"
    }
    return text
  }

  private static func needs(_ access: Access) -> String {
    switch access {
    case .anyone: "anyone"
    case .public: "anyone, within limits"
    case .signedIn: "signed in"
    case .permission(let needs): needs.map(\.rawValue).sorted().joined(separator: " or ")
    }
  }

  private static func mayCall(_ access: Access, _ post: Post) -> Bool {
    guard case .permission(let needs) = access else { return true }
    return !post.permissions.isDisjoint(with: needs)
  }

  /// The routes of the page as it stands in the repository.
  static func lines() throws -> [Line] {
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("| ") }
      .map { row in
        row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
          .map { $0.trimmingCharacters(in: .whitespaces) }
      }
    guard let head = rows.first(where: { $0.first == "route" }) else { return [] }
    let posts = Array(head.dropFirst(2))
    return rows.compactMap { row in
      guard row.count == head.count, row[0].hasPrefix("`"), row[0].hasSuffix("`") else {
        return nil
      }
      let words = row[0].dropFirst().dropLast().split(separator: " ").map(String.init)
      let marked = zip(posts, row.dropFirst(2)).filter { $0.1 == allowed }.map(\.0)
      return Line(method: words[0], path: words[1], needs: row[1], posts: Set(marked))
    }
  }
}
