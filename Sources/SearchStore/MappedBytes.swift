import Glibc

/// Why the index cannot be read or written; `detail` is for operators.
package struct SearchStoreFault: Error, Equatable {
  package let detail: String
}

/// A stretch of memory that is a file's content, or nobody's: a segment reads alike from both.
///
/// Sendable by hand: base and count never change, and what lies there is written by one thread
/// before others see it, save the columns, whose aligned words are old or new and never between.
final class MappedBytes: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let count: Int
  private let isFile: Bool

  private init(base: UnsafeMutableRawPointer, count: Int, isFile: Bool) {
    self.base = base
    self.count = count
    self.isFile = isFile
  }

  deinit { munmap(base, max(count, 1)) }

  /// Room for `count` zero bytes: in a new file, or in memory alone where `path` is nil.
  static func make(count: Int, path: String?) throws(SearchStoreFault) -> MappedBytes {
    guard let path else {
      return try map(count: count, flags: MAP_PRIVATE | MAP_ANONYMOUS, descriptor: -1, path: "")
    }
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw fault("cannot be made", path) }
    defer { Glibc.close(descriptor) }
    guard ftruncate(descriptor, count) == 0 else { throw fault("cannot be extended", path) }
    return try map(count: count, flags: MAP_SHARED, descriptor: descriptor, path: path)
  }

  /// The content of a file that is there.
  static func open(_ path: String) throws(SearchStoreFault) -> MappedBytes {
    let descriptor = Glibc.open(path, O_RDWR)
    guard descriptor >= 0 else { throw fault("cannot be opened", path) }
    defer { Glibc.close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size > 0 else { throw fault("is empty", path) }
    return try map(count: size, flags: MAP_SHARED, descriptor: descriptor, path: path)
  }

  private static func map(
    count: Int, flags: Int32, descriptor: Int32, path: String
  ) throws(SearchStoreFault) -> MappedBytes {
    let base = mmap(nil, max(count, 1), PROT_READ | PROT_WRITE, flags, descriptor, 0)
    guard let base, base != MAP_FAILED else { throw fault("cannot be mapped", path) }
    return MappedBytes(base: base, count: count, isFile: descriptor >= 0)
  }

  /// Returns once the file holds what was written; memory alone needs nothing.
  func synchronise() throws(SearchStoreFault) {
    guard isFile else { return }
    guard msync(base, count, MS_SYNC) == 0 else { throw Self.fault("cannot be written", "index") }
  }

  /// The words of type `Element` that begin `offset` bytes in.
  func pointer<Element>(_: Element.Type, at offset: Int) -> UnsafeMutablePointer<Element> {
    (base + offset).assumingMemoryBound(to: Element.self)
  }

  private static func fault(_ what: String, _ path: String) -> SearchStoreFault {
    SearchStoreFault(detail: "\(path) \(what): errno \(errno)")
  }
}

/// A sum over bytes that notices what a torn write or a bad disk changed; not against intent.
enum Checksum {
  static func of(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
    let prime: UInt64 = 0x9E37_79B9_7F4A_7C15
    var lanes = SIMD4<UInt64>(1, 2, 3, 4)
    var index = 0
    while index + 32 <= count {
      let words = bytes.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
      lanes = (lanes ^ words) &* SIMD4(repeating: prime)
      lanes = lanes ^ (lanes &>> SIMD4(repeating: 29))
      index += 32
    }
    var sum = UInt64(count)
    for lane in 0..<4 { sum = (sum ^ lanes[lane]) &* prime }
    while index < count {
      sum = (sum ^ UInt64(bytes.load(fromByteOffset: index, as: UInt8.self))) &* prime
      index += 1
    }
    return sum ^ sum >> 32
  }
}
