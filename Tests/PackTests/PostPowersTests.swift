import City
import Pack
import Testing

@Suite("three powers")
struct PostPowersTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let posts: [Set<Permission>]
    let permissions: Set<Permission>
    let withheld: Set<Permission>
    var testDescription: String { posts.map { "\($0.map(\.rawValue).sorted())" }.joined() }

    init(_ posts: [Set<Permission>], _ permissions: Set<Permission>, _ withheld: Set<Permission>) {
      self.posts = posts
      self.permissions = permissions
      self.withheld = withheld
    }
  }

  static let rows = [
    Row([], [], []),
    Row([[.read, .handle], [.read, .reveal]], [.read, .handle, .reveal], []),
    Row([[.read, .administer]], [.read, .administer], []),
    Row([[.read, .administer], [.read, .master]], [.read, .administer, .master], []),
    Row([[.read, .administer], [.audit]], [.read], [.administer, .audit]),
    Row([[.secure], [.audit]], [], [.secure, .audit]),
    Row([[.administer], [.secure], [.audit]], [], [.administer, .secure, .audit]),
    Row([[.audit], [.read, .handle]], [.read, .handle], [.audit]),
    Row([[.secure, .reveal]], [.reveal], [.secure]),
  ]

  @Test("nobody holds two, or one beside what the others watch", arguments: rows)
  func powers(_ row: Row) {
    let posts = row.posts.enumerated().map {
      Post(code: "p\($0.offset)", name: "p\($0.offset)", permissions: $0.element)
    }
    let powers = PostPowers(posts)
    #expect(powers.permissions == row.permissions)
    #expect(powers.withheld == row.withheld)
    #expect(powers.isSound == row.withheld.isEmpty)
  }

  /// Over every two sets of permissions: what is withheld never depends on the order, and powers
  /// never come out in twos.
  @Test("of all pairs of posts none gives two powers")
  func pairs() {
    let all = Permission.allCases
    let sets = (0..<(1 << all.count)).map { bits in
      Set(all.indices.filter { bits >> $0 & 1 == 1 }.map { all[$0] })
    }
    for first in stride(from: 0, to: sets.count, by: 7) {
      for second in stride(from: first, to: sets.count, by: 5) {
        let posts = [sets[first], sets[second]].enumerated().map {
          Post(code: "p\($0.offset)", name: "p\($0.offset)", permissions: $0.element)
        }
        let powers = PostPowers(posts)
        #expect(powers.permissions.intersection(Permission.powers).count <= 1)
        #expect(powers == PostPowers(posts.reversed()))
        #expect(powers.permissions.isDisjoint(with: powers.withheld))
      }
    }
  }
}
