import Compression
import Glibc
import Synchronization

/// Our own files as they go out: joined with what they always go with, lean, and packed once each, as
/// tightly as can be. A file that changed on the disk is made anew when it is next asked for.
final class PageFiles: Sendable {
  /// Longer files are none of ours; they go out from the disk as they are.
  static let fileBytesMax = 512 * 1_024
  /// Files remembered; the pages have a fifth of that.
  private static let filesMax = 1_000
  /// Scripts read for one set of bundles.
  private static let scriptsMax = 1_000
  /// How deep styles may name one another.
  private static let styleDepthMax = 4

  private let folder: String
  /// Documents, whose scripts are the first ones.
  private let documents: [String]
  private let sent = Mutex<[String: SentFile]>([:])
  private let scripts = Mutex<Scripts?>(nil)

  /// All scripts that documents reach, as they lay on the disk.
  struct Scripts: Sendable {
    let bundles: Result<ScriptBundles, ScriptFault>
    let sources: [String: FileStamp]
  }

  init(folder: String, documents: [String]) {
    self.folder = folder
    self.documents = documents
  }

  /// What goes out at a path. nil where nothing lies there, or something too long to be ours.
  func file(_ path: String, ending: String) -> SentFile? {
    if let known = sent.withLock({ $0[path] }), isCurrent(known.sources) { return known }
    guard let made = make(path, ending) else { return nil }
    sent.withLock { files in
      if files.count >= Self.filesMax { files.removeAll() }
      files[path] = made
    }
    return made
  }

  /// The scripts as they lie on the disk now, taken apart once.
  func currentScripts() -> Scripts {
    scripts.withLock { known in
      if let known, isCurrent(known.sources) { return known }
      let found = readScripts()
      known = found
      return found
    }
  }

  private func make(_ path: String, _ ending: String) -> SentFile? {
    guard let own = read(path) else { return nil }
    switch ending {
    case "js":
      let scripts = currentScripts()
      if let text = try? scripts.bundles.get().text(at: path) {
        return SentFile(Array(text.utf8), sources: scripts.sources)
      }
      return SentFile(LeanText.script(own.bytes), sources: [path: own.stamp])
    case "css":
      var sources: [String: FileStamp] = [:]
      let style = joinedStyle(path, depth: 0, sources: &sources)
      return SentFile(LeanText.style(style), sources: sources)
    default: return SentFile(own.bytes, sources: [path: own.stamp])
    }
  }

  /// A style sheet with those it names at its beginning (`@import "./other.css";`) in their places.
  private func joinedStyle(
    _ path: String, depth: Int, sources: inout [String: FileStamp]
  ) -> [UInt8] {
    guard depth < Self.styleDepthMax, let own = read(path) else { return [] }
    sources[path] = own.stamp
    var joined: [UInt8] = []
    for line in own.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix("@import \""), text.hasSuffix("\";") {
        let named = text.dropFirst("@import \"".count).dropLast(2)
        let other = ScriptModule.resolved(named, from: path)
        joined += joinedStyle(other, depth: depth + 1, sources: &sources)
      } else {
        joined += line + [UInt8(ascii: "\n")]
      }
    }
    return joined
  }

  private func readScripts() -> Scripts {
    var sources: [String: FileStamp] = [:]
    var roots: [String] = []
    for document in documents {
      guard let own = read(document) else { continue }
      sources[document] = own.stamp
      roots += Self.scripts(named: String(decoding: own.bytes, as: UTF8.self))
    }
    var modules: [String: ScriptModule] = [:]
    var waiting = roots
    do throws(ScriptFault) {
      while let path = waiting.popLast() {
        guard modules[path] == nil, modules.count < Self.scriptsMax, let own = read(path) else {
          continue
        }
        sources[path] = own.stamp
        let text = String(decoding: own.bytes, as: UTF8.self)
        let module = try ScriptModule(path: path, source: text)
        modules[path] = module
        waiting += module.takings.map(\.path) + module.fetched
      }
      let bundles = try ScriptBundles(roots: roots, modules: modules)
      return Scripts(bundles: .success(bundles), sources: sources)
    } catch {
      return Scripts(bundles: .failure(error), sources: sources)
    }
  }

  /// The modules that a document names.
  private static func scripts(named document: String) -> [String] {
    let begin = "<script type=\"module\" src=\""
    return document.split(separator: begin, omittingEmptySubsequences: false).dropFirst().map {
      String($0.prefix { $0 != "\"" })
    }
  }

  private func isCurrent(_ sources: [String: FileStamp]) -> Bool {
    sources.allSatisfy { FileStamp(folder + $0.key) == $0.value }
  }

  private func read(_ path: String) -> (bytes: [UInt8], stamp: FileStamp)? {
    guard let stamp = FileStamp(folder + path), stamp.bytes <= Self.fileBytesMax,
      let file = fopen(folder + path, "rb")
    else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: Self.fileBytesMax + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    guard ferror(file) == 0 else { return nil }
    return (Array(bytes.prefix(count)), stamp)
  }
}

/// When a file was written last, and how long it is: enough to see that it changed.
struct FileStamp: Equatable, Sendable {
  let changedNanoseconds: Int
  let bytes: Int

  /// nil where no file lies there.
  init?(_ path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    changedNanoseconds = facts.st_mtim.tv_sec &* 1_000_000_000 &+ facts.st_mtim.tv_nsec
    bytes = Int(facts.st_size)
  }
}

/// One file as it goes out, and the files on the disk that it is made of.
struct SentFile: Sendable {
  private static let packing: Int32 = 9

  /// What stands for these contents: the same at every start.
  let tag: String
  let lean: [UInt8]
  /// nil where packing wins nothing.
  let packed: [UInt8]?
  let sources: [String: FileStamp]

  init(_ lean: [UInt8], sources: [String: FileStamp]) {
    self.lean = lean
    self.sources = sources
    tag = "\"\(String(ContentHash.of(lean), radix: 36))-\(lean.count)\""
    packed = Gzip.compress(lean, level: Self.packing).flatMap { $0.count < lean.count ? $0 : nil }
  }
}
