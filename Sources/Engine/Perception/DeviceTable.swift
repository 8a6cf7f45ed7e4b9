package import City
package import Pack

/// A device with its streams.
package struct Device: Sendable {
  package let thing: Thing
  package let kind: Kind
  /// One for each measure of the kind, in that order.
  package let streams: [StreamNumber]

  package init(thing: Thing, kind: Kind, streams: [StreamNumber]) {
    self.thing = thing
    self.kind = kind
    self.streams = streams
  }
}

/// Finds device and stream by the codes that senders write. A value: made anew when devices change.
///
/// A device is named by its code, or by `kind/code` where two kinds have the same code.
package struct DeviceTable: Sendable {
  package let devices: [Device]
  /// Which device a stream belongs to and which of its measures it is, by the stream's number;
  /// −1 where the device is gone.
  private let deviceOfStream: [Int32]
  /// Hash table of places in `names`, open addressing; 0 = free, else place + 1.
  private let slots: [UInt32]
  private let names: [Name]
  private let text: [UInt8]
  private let ids: [ID<Thing>: Int]

  private struct Name: Sendable {
    let hash: UInt64
    let start: UInt32
    let count: UInt32
    /// −1 where several kinds have this code: it names nobody.
    var device: Int32
  }

  package init(_ devices: [Device]) {
    self.devices = devices
    ids = Dictionary(devices.enumerated().map { ($1.thing.id, $0) }) { first, _ in first }
    let top = devices.flatMap(\.streams).map(\.rawValue).max().map { Int($0) + 1 } ?? 0
    var ofStream = [Int32](repeating: -1, count: top)
    var builder = Builder(capacity: devices.count * 2)
    for (index, device) in devices.enumerated() {
      for stream in device.streams { ofStream[Int(stream.rawValue)] = Int32(index) }
      builder.add(device.thing.code, index)
      builder.add("\(device.kind.code)/\(device.thing.code)", index)
    }
    deviceOfStream = ofStream
    slots = builder.slots
    names = builder.names
    text = builder.text
  }

  /// Gathers the names, each once.
  private struct Builder {
    var slots: [UInt32]
    var names: [Name] = []
    var text: [UInt8] = []

    init(capacity: Int) {
      // At most half full, so that a search ends soon.
      var size = 16
      while size < capacity * 2 + 1 { size *= 2 }
      slots = [UInt32](repeating: 0, count: size)
    }

    mutating func add(_ code: String, _ device: Int) {
      var code = code
      code.withUTF8 { bytes in
        let hash = DeviceTable.hash(bytes)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
          let place = Int(slots[slot]) - 1
          if names[place].hash == hash,
            text[Int(names[place].start)..<Int(names[place].start + names[place].count)]
              .elementsEqual(bytes)
          {
            if names[place].device != Int32(device) { names[place].device = -1 }
            return
          }
          slot = (slot + 1) & (slots.count - 1)
        }
        names.append(
          Name(
            hash: hash, start: UInt32(text.count), count: UInt32(bytes.count),
            device: Int32(device)))
        text.append(contentsOf: bytes)
        slots[slot] = UInt32(names.count)
      }
    }
  }

  /// FNV-1a over eight bytes at a time would not mix the low bits; one byte at a time does, and
  /// codes are short.
  @inline(__always)
  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash ^ (hash >> 32)
  }

  /// The device of a code, as a place in `devices`; nil where none or several have it.
  package func index(of code: UnsafeBufferPointer<UInt8>) -> Int? {
    let hash = Self.hash(code)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let name = names[Int(slots[slot]) - 1]
      if name.hash == hash, Int(name.count) == code.count {
        let start = Int(name.start)
        var same = true
        for offset in 0..<code.count where text[start + offset] != code[offset] {
          same = false
          break
        }
        if same { return name.device < 0 ? nil : Int(name.device) }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// The device of a stream, as a place in `devices`; nil where there is none any more.
  package func index(of stream: StreamNumber) -> Int? {
    let number = Int(stream.rawValue)
    guard number < deviceOfStream.count, deviceOfStream[number] >= 0 else { return nil }
    return Int(deviceOfStream[number])
  }

  /// The device of an id; nil where the thing is no device.
  package func device(_ id: ID<Thing>) -> Device? { ids[id].map { devices[$0] } }

  /// What a stream measures; nil where its device is gone.
  package func measure(of stream: StreamNumber) -> (device: Device, measure: Measure)? {
    guard let index = index(of: stream) else { return nil }
    let device = devices[index]
    guard let place = device.streams.firstIndex(of: stream) else { return nil }
    return (device, device.kind.measures[place])
  }
}
