import City
import Foundation
import Glibc
import Ports
import Testing

@testable import Vault

@Suite("the lock of a folder")
struct FolderLockTests {
  @Test("one holder at a time, and it is named to the others")
  func one() throws {
    let scratch = try Scratch()
    var lock: FolderLock? = try FolderLock(folder: scratch.path, note: "a longer note of the first")
    #expect(throws: FolderLock.Fault.held(by: "pid \(getpid()), a longer note of the first")) {
      _ = try FolderLock(folder: scratch.path, note: "second")
    }
    withExtendedLifetime(lock) {}
    lock = nil
    let next = try FolderLock(folder: scratch.path, note: "b")
    #expect(throws: FolderLock.Fault.held(by: "pid \(getpid()), b")) {
      _ = try FolderLock(folder: scratch.path, note: "third")
    }
    withExtendedLifetime(next) {}
  }

  @Test("another process's lock holds here, and ends with that process")
  func across() throws {
    let scratch = try Scratch()
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    holder.arguments = ["-o", scratch.path + "/lock", "sh", "-c", "echo held; exec cat"]
    let input = Pipe()
    let output = Pipe()
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "held\n")
    #expect(throws: FolderLock.Fault.held(by: "")) {
      _ = try FolderLock(folder: scratch.path, note: "x")
    }
    kill(holder.processIdentifier, SIGKILL)
    let isFree = (0..<500).contains { _ in
      if (try? FolderLock(folder: scratch.path, note: "x")) != nil { return true }
      usleep(10_000)
      return false
    }
    #expect(isFree)
    try input.fileHandleForWriting.close()
  }

  @Test("a folder that is not there is no lock")
  func missing() {
    #expect(throws: FolderLock.Fault.self) {
      _ = try FolderLock(folder: "/nonexistent/folder", note: "x")
    }
  }
}

@Suite("passwords and secrets")
struct PasswordKeepingTests {
  private let keeping = PasswordKeeping(cost: .least)

  @Test(
    "a password fits its own hash alone",
    arguments: ["a", "密码 with 空格", "a\0b", String(repeating: "长", count: 500)])
  func passwords(_ password: String) async throws {
    let hash = try await keeping.hash(password: password)
    #expect(hash.hasPrefix("$argon2id$"))
    #expect(try await keeping.verify(password: password, against: hash))
    #expect(try await !keeping.verify(password: password + "x", against: hash))
    #expect(try await !keeping.verify(password: "", against: hash))
    #expect(try await keeping.hash(password: password) != hash, "salted")
  }

  @Test(
    "a damaged hash fits nothing",
    arguments: ["", "$argon2id$", "plain", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
  func damaged(_ hash: String) async throws {
    #expect(try await !keeping.verify(password: "x", against: hash))
  }

  @Test("more than the limit that wait are told to come back")
  func waits() async {
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<(4 * PasswordKeeping.waitingMax) {
        group.addTask { (try? await keeping.hash(password: "x")) != nil }
      }
      var done = 0
      for await isDone in group where isDone { done += 1 }
      return done
    }
    #expect(outcomes >= 1)
    // The line is free again afterwards.
    #expect((try? await keeping.hash(password: "x")) != nil)
  }

  @Test("secrets are known by their hash, and nothing else has the form of one")
  func secrets() {
    var seen: Set<String> = []
    for _ in 0..<100 {
      let secret = keeping.newSecret()
      #expect(keeping.hash(secret: secret.text) == secret.hash)
      #expect(secret.text.utf8.count == PasswordKeeping.textCount)
      #expect(seen.insert(secret.text).inserted)
    }
    for text in ["", "x", String(repeating: "a", count: 42), String(repeating: "a", count: 44)] {
      #expect(keeping.hash(secret: text) == nil)
    }
  }
}
