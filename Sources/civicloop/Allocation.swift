import CJemalloc

/// How the program's memory is allocated: by jemalloc, which stands in for the C library's own
/// functions by being linked, told here to give back soon what lies idle.
enum Allocation {
  /// Pages that nobody used for so long go back to the system.
  static let idleMilliseconds = 4_000

  /// Call once, at the start. A setting that is refused stays as it was.
  static func setUp() {
    set("background_thread", true)
    set("arenas.dirty_decay_ms", idleMilliseconds)
    // The arenas that are there already.
    set("arena.\(MALLCTL_ARENAS_ALL).dirty_decay_ms", idleMilliseconds)
  }

  private static func set<Value: BitwiseCopyable>(_ name: String, _ value: Value) {
    var value = value
    mallctl(name, nil, nil, &value, MemoryLayout<Value>.size)
  }
}
