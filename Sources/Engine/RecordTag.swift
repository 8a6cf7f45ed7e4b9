package import City

/// Tells one state of a record from another, so that who edits what somebody else changed meanwhile
/// is told. FNV-1a over words of 64 bits: it protects nothing.
private struct RecordTag {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01B3 }

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(UInt64(byte)) }
    add(1 << 32)
  }

  mutating func add(_ texts: [String]) {
    for text in texts { add(text) }
    add(2 << 32)
  }

  mutating func add<Subject>(_ id: ID<Subject>?) { add(UInt64(bitPattern: id?.rawValue ?? 0)) }

  mutating func add(_ ring: Ring) {
    for point in ring.points {
      add(point.longitude.bitPattern)
      add(point.latitude.bitPattern)
    }
    add(3 << 32)
  }

  var text: String { String(hash, radix: 36) }
}

extension Area {
  /// Another one as soon as anything of the area is otherwise.
  package var tag: String {
    var tag = RecordTag()
    tag.add(parent)
    tag.add([level.rawValue, code, name])
    for face in outline?.polygons ?? [] {
      tag.add(face.outer)
      for hole in face.holes { tag.add(hole) }
      tag.add("")
    }
    return tag.text
  }
}

extension Unit {
  /// Another one as soon as anything of the unit is otherwise.
  package var tag: String {
    var tag = RecordTag()
    tag.add(parent)
    tag.add(area)
    tag.add([kind.rawValue, code, name, hours])
    tag.add(duties)
    return tag.text
  }
}

extension Staff {
  /// Another one as soon as anything of the person's record is otherwise.
  package var tag: String {
    var tag = RecordTag()
    tag.add(unit)
    tag.add(area)
    tag.add([code, name, active ? "active" : ""])
    tag.add(posts)
    return tag.text
  }
}
