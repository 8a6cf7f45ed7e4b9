import City
import Compression
import HTTPServing
import JSONText
import Language
import Links
import Pack
import PackReading
import Readings
import Records
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
    let head = Array("id: fuzz\ntitle: x\nversion: 1\ndepends: []\n".utf8)
    _ = PackReader.read(
      files: PackFiles(
        name: "fuzz",
        files: [
          PackFiles.File(path: "pack.yaml", bytes: head),
          PackFiles.File(path: "items/a.yaml", bytes: bytes),
          PackFiles.File(path: "posts.yaml", bytes: bytes),
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
]
