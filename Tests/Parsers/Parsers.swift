import Alerts
import City
import Compression
import Geography
import Glibc
import HTTPServing
import JSONText
import Language
import Links
import Pack
import PackReading
import Readings
import Records
import SignOn
import Spreadsheets
import Vault

/// Everything that reads bytes of others, by name. None of them may end the process.
package let parsers: [String: @Sendable ([UInt8]) -> Void] = [
  "json": { bytes in _ = try? JSON.parse(bytes, limits: JSONLimits(bytesMax: 1 << 20)) },
  "readings": { bytes in
    guard let first = bytes.first else { return }
    let forms: [PayloadForm] = [.plain, .lines, .senML, .sensorThings, .table]
    var reader = PayloadReader()
    var batch = ReadingBatch()
    Array(bytes.dropFirst()).withUnsafeBufferPointer { rest in
      reader.read(
        rest, as: forms[Int(first) % forms.count], topic: "civicloop/observations",
        now: Instant(milliseconds: 1_795_154_400_000), into: &batch)
    }
  },
  "csv": { bytes in
    guard let first = bytes.first else { return }
    let encoding: TicketProfile.Encoding = first & 1 == 0 ? .utf8 : .gb18030
    // Pieces of a few bytes: what lies across two of them is read as well.
    let piece = 1 + Int(first >> 1)
    guard
      let stream = try? TextStream(
        bytes: Array(bytes.dropFirst()), encoding: encoding, pieceBytes: piece)
    else { return }
    _ = try? UnitFile.read(stream: stream, hoursDefault: "")
  },
  "areas": { bytes in
    guard let stream = try? TextStream(bytes: bytes) else { return }
    _ = try? AreaFile.read(
      stream: stream, options: AreaFileOptions(),
      convert: { Position(longitude: $0, latitude: $1) })
  },
  "pack": { bytes in
    guard let first = bytes.first else { return }
    let head = Array("id: fuzz\ntitle: x\nversion: 1\ndepends: []\n".utf8)
    let path = packPaths[Int(first) % packPaths.count]
    _ = PackReader.read(
      files: PackFiles(
        name: "fuzz",
        files: [
          PackFiles.File(path: "pack.yaml", bytes: head),
          PackFiles.File(path: path, bytes: Array(bytes.dropFirst())),
        ]))
  },
  "gzip": { bytes in _ = try? Gzip.inflate(bytes, bytesMax: 1 << 20) },
  "picture": { bytes in
    guard let kind = FileKind.sniff(bytes) else { return }
    _ = FileCleaning.cleaned(bytes, kind: kind)
  },
  "target": { bytes in _ = try? HTTPTarget(bytes) },
  "time": { bytes in _ = try? WrittenTime.read(String(decoding: bytes, as: UTF8.self)) },
  "facts": { bytes in _ = try? FactCoding.decode(bytes, version: FactCoding.version) },
  "anchors": { bytes in
    _ = try? AnchorText.read(String(decoding: bytes, as: UTF8.self), publicKey: nil)
  },
  "personal": { bytes in
    _ = PersonalData.masked(String(decoding: bytes, as: UTF8.self))
  },
  "cap": { bytes in
    // What is read is written again, as it is when a message goes on to others.
    guard let alert = try? Alert(bytes) else { return }
    _ = try? Alert(Array(alert.xml().utf8))
  },
  "yaml": { bytes in _ = YAMLParser.parse(bytes, file: "fuzz.yaml") },
  "form": { bytes in _ = HTTPForm.pairs(bytes) },
  "identity": { bytes in _ = try? IdentitySettings(bytes) },
  "geojson": { bytes in
    guard let stream = try? TextStream(bytes: bytes) else { return }
    _ = try? ThingFile.readGeoJSON(
      stream: stream, kindDefault: "lamp",
      convert: { Position(longitude: $0, latitude: $1) })
  },
  "things": { bytes in
    guard let stream = try? TextStream(bytes: bytes) else { return }
    _ = try? ThingFile.readCSV(
      stream: stream, kindDefault: "lamp",
      convert: { Position(longitude: $0, latitude: $1) })
  },
  "documents": { bytes in
    guard let first = bytes.first, let stream = try? TextStream(bytes: Array(bytes.dropFirst()))
    else { return }
    _ = try? DocumentFile.read(stream: stream, format: first & 1 == 0 ? .csv : .jsonl)
  },
  "paths": readMapped,
  "tiles": drawTile,
  "workbook": readWorkbook,
]

/// Every kind of file of a pack that is read by a decoder of its own; the first byte of an input
/// names one.
private let packPaths = [
  "items/a.yaml", "posts.yaml", "categories.yaml", "duties.yaml", "flows/a.yaml", "kinds/a.yaml",
  "hours.yaml", "calendar/2026.yaml", "profiles/a.yaml", "mappings/a.yaml", "rules/a.yaml",
  "vitals/a.yaml", "evaluations/a.yaml", "checkup.yaml", "risks/a.yaml", "health.yaml",
  "policies/a.yaml", "warnings/a.yaml", "goals/a.yaml", "views/a.yaml", "reports/a.yaml",
  "ledgers/a.yaml", "patrols/a.yaml", "supervision.yaml", "notices.yaml", "evidence.yaml",
  "retention.yaml", "story-words.yaml", "addresses.yaml", "likeness.yaml", "tests/a.story",
  "purposes.yaml",
]

/// Reads a payload by a mapping whose paths stand in the first line: each, device, time, value.
@Sendable private func readMapped(_ bytes: [UInt8]) {
  let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
  let words = String(decoding: parts[0], as: UTF8.self)
    .split(separator: " ", omittingEmptySubsequences: false)
    .map { PayloadPath(String($0)) }
  guard parts.count == 2, words.count == 4, let device = words[1], let value = words[3] else {
    return
  }
  let mapping = PayloadMapping(
    code: "fuzz", title: "x", topic: nil, contentType: nil, each: words[0],
    device: .path(device), time: words[2].map { .path($0, .iso8601) } ?? .receipt,
    values: [
      PayloadValue(
        measure: .path(value, ["a": "b"]), path: value, scale: 1, offset: 0, unit: "",
        words: ["open": 1], isOptional: true)
    ])
  var reader = PayloadReader()
  var batch = ReadingBatch()
  Array(parts[1]).withUnsafeBufferPointer { rest in
    reader.read(
      rest, as: .mapping(mapping), topic: "a/b", now: Instant(milliseconds: 1_795_154_400_000),
      into: &batch)
  }
}

/// Shapes whatever outlines a file of areas holds for the tile that its first bytes name, and the
/// whole tile from them.
@Sendable private func drawTile(_ bytes: [UInt8]) {
  guard bytes.count > 3 else { return }
  let zoom = Int(bytes[0]) % 23
  let columns = 1 << zoom
  guard
    let address = TileAddress(
      zoom: zoom, column: Int(bytes[1]) * columns / 256, row: Int(bytes[2]) * columns / 256),
    let stream = try? TextStream(bytes: Array(bytes.dropFirst(3))),
    let file = try? AreaFile.read(
      stream: stream, options: AreaFileOptions(),
      convert: { Position(longitude: $0, latitude: $1) })
  else { return }
  let shaping = TileShaping(address)
  var features: [TileFeature] = []
  for draft in file.drafts {
    guard let outline = draft.outline else { continue }
    for shape in [shaping.shape(outline), shaping.edges(outline)] {
      guard let shape else { continue }
      features.append(TileFeature(shape: shape, attributes: [("name", .text(draft.name))]))
    }
  }
  var tile = VectorTile()
  tile.add(layer: "areas", features)
  _ = tile.encoded
}

/// Reads a workbook, which lies in a file: the library that unpacks wants a path.
@Sendable private func readWorkbook(_ bytes: [UInt8]) {
  var path = Array("/tmp/civicloop-workbook-XXXXXX".utf8CString)
  let file = mkstemp(&path)
  guard file >= 0 else { return }
  defer {
    close(file)
    unlink(path)
  }
  var rest = bytes[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    guard written > 0 else { return }
    rest = rest.dropFirst(written)
  }
  var limits = WorkbookLimits()
  limits.partBytesMax = 1 << 20
  limits.textBytesMax = 1 << 20
  limits.stringBytesMax = 1 << 20
  _ = try? Workbook.csv(path: "/proc/self/fd/\(file)", limits: limits)
}
