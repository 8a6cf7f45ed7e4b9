import Glibc
import Ports
import Synchronization
import Testing

@testable import Vault

@Suite("Passwords and secrets")
struct PasswordTests {
  static let passwords = ["", "x", "correct horse battery staple", "密码十个字以上才行", "a\0b"]

  @Test("a hash fits its password and no other", arguments: passwords)
  func verify(_ password: String) throws {
    let hash = try #require(PasswordHash.make(password, cost: .least))
    #expect(hash.hasPrefix("$argon2id$"))
    #expect(PasswordHash.verify(password, against: hash))
    for other in Self.passwords where other != password {
      #expect(!PasswordHash.verify(other, against: hash))
    }
    #expect(!PasswordHash.verify(password + "a", against: hash))
    #expect(PasswordHash.make(password, cost: .least) != hash, "each hash has its own salt")
  }

  static let broken = [
    "", "plain", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$", "$2b$10$abcdefghijklmnop",
    "$argon2id$" + String(repeating: "A", count: 200), "$argon2id$\0",
  ]

  @Test("text that is no hash fits nothing", arguments: broken)
  func notHash(_ text: String) async throws {
    #expect(!PasswordHash.verify("", against: text))
    #expect(!PasswordHash.isHash(text))
    #expect(PasswordHash.needsRehash(text, cost: .least))
    let desk = PasswordDesk(cost: .least)
    #expect(try await !desk.verify(password: "", against: text))
  }

  @Test("a hash of another cost is made anew")
  func needsRehash() throws {
    let dearer = PasswordCost(operations: 2, memoryBytes: 16_384)
    let hash = try #require(PasswordHash.make("password", cost: .least))
    #expect(!PasswordHash.needsRehash(hash, cost: .least))
    #expect(PasswordHash.needsRehash(hash, cost: dearer))
    #expect(PasswordHash.isHash(hash))
    #expect(PasswordHash.isHash(try #require(PasswordHash.make("password", cost: dearer))))
  }

  @Test("costs are cut to what the library takes")
  func cost() {
    #expect(PasswordCost(operations: 0, memoryBytes: -5) == .least)
    #expect(PasswordCost.interactive.memoryBytes == 64 << 20)
    #expect(PasswordCost.interactive.operations == 2)
  }

  @Test("the desk hashes and checks like the bare functions")
  func desk() async throws {
    let desk = PasswordDesk(cost: .least)
    let hash = try await desk.hash(password: "0123456789")
    #expect(try await desk.verify(password: "0123456789", against: hash))
    #expect(try await !desk.verify(password: "0123456780", against: hash))
    #expect(!desk.needsRehash(hash))
  }

  @Test("a secret is known by its hash; other text is no secret")
  func secrets() {
    let first = SecretToken.make()
    let second = SecretToken.make()
    #expect(first.text.utf8.count == SecretToken.letters)
    #expect(first.text != second.text && first.hash != second.hash)
    #expect(SecretToken.hash(first.text) == first.hash)
    for text in ["", "a", first.text + "A", String(first.text.dropLast()), first.text + "="] {
      #expect(SecretToken.hash(text) == nil)
    }
    #expect(SecretToken.hash(String(repeating: "*", count: SecretToken.letters)) == nil)
    // The last letter holds two bits that stand for nothing and must be zero.
    #expect(SecretToken.hash(String(repeating: "_", count: SecretToken.letters)) == nil)
  }
}

@Suite("Work thread")
struct WorkThreadTests {
  @Test("work beyond the line is refused, and what was accepted is done")
  func full() async throws {
    let thread = WorkThread(waitingMax: 2)
    let gate = Mutex(true)
    let isWorking = Mutex(false)
    let blocked = Task {
      try await thread.run {
        isWorking.withLock { $0 = true }
        while gate.withLock({ $0 }) { usleep(1_000) }
        return 0
      }
    }
    while !isWorking.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
    let answers = await withTaskGroup(of: Int?.self) { group in
      for number in 1...5 { group.addTask { try? await thread.run { number } } }
      var refused = 0
      var answers: [Int?] = []
      for await answer in group {
        answers.append(answer)
        refused += answer == nil ? 1 : 0
        // Three of five have no place while the first piece holds the thread.
        if refused == 3 { gate.withLock { $0 = false } }
      }
      return answers
    }
    #expect(answers.filter { $0 == nil }.count == 3)
    #expect(try await blocked.value == 0)
    await #expect(throws: WorkThread.Full.self) {
      try await WorkThread(waitingMax: 0).run { 1 }
    }
  }
}
