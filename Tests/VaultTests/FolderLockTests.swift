import Glibc
import Testing

@testable import Vault

@Suite("Folder lock")
struct FolderLockTests {
  @Test("one holder at a time; the others are told who it is")
  func held() throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/data"
    #expect(try FolderLock.holder(of: data) == nil)
    var lock: FolderLock? = try FolderLock.acquire(folder: data, note: "starting")
    try lock?.say("127.0.0.1:8080\nsecond line")
    #expect(
      try FolderLock.holder(of: data)
        == FolderLock.Holder(process: getpid(), note: "127.0.0.1:8080"))
    #expect(throws: FolderFault.held(by: getpid(), note: "127.0.0.1:8080")) {
      try FolderLock.acquire(folder: data, note: "")
    }
    lock = nil
    #expect(try FolderLock.holder(of: data) == nil)
    lock = try FolderLock.acquire(folder: data, note: String(repeating: "路", count: 1_000))
    #expect(try contents(data + "/lock").count <= FolderLock.noteBytesMax + 32)
  }

  @Test("another process has the folder until it ends, however it ends")
  func otherProcess() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + FolderLock.fileName
    let child = try spawn("exec 9>'\(path)'; flock -n 9; printf '%s\\nelsewhere\\n' $$ >&9; read x")
    defer { child.end() }
    var holder: FolderLock.Holder?
    for _ in 0..<500 where holder?.note != "elsewhere" {
      usleep(10_000)
      holder = try FolderLock.holder(of: folder.path)
    }
    #expect(holder == FolderLock.Holder(process: child.process, note: "elsewhere"))
    #expect(throws: FolderFault.held(by: child.process, note: "elsewhere")) {
      try FolderLock.acquire(folder: folder.path, note: "")
    }
    child.end()
    let lock = try FolderLock.acquire(folder: folder.path, note: "ours")
    #expect(try FolderLock.holder(of: folder.path)?.process == getpid())
    withExtendedLifetime(lock) {}
  }

  @Test("a folder that cannot be is said")
  func impossible() {
    #expect(throws: FolderFault.self) {
      try FolderLock.acquire(folder: "/dev/null/data", note: "")
    }
  }

  /// A shell that waits on its standard input.
  private func spawn(_ script: String) throws -> Child {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw TemporaryFolderFault() }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addclose(&actions, ends[1])
    defer { posix_spawn_file_actions_destroy(&actions) }
    let texts: [String] = ["/bin/sh", "-c", script]
    let words: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { for word in words { free(word) } }
    var process = pid_t()
    guard posix_spawn(&process, "/bin/sh", &actions, nil, words + [nil], environ) == 0 else {
      throw TemporaryFolderFault()
    }
    close(ends[0])
    return Child(process: process, input: ends[1])
  }

  private struct Child {
    let process: pid_t
    let input: Int32

    /// Kills it without a chance to tidy up, and waits until the system has noticed.
    func end() {
      kill(process, SIGKILL)
      var status: Int32 = 0
      if waitpid(process, &status, 0) == process { close(input) }
    }
  }
}
