import Archives
package import City
package import Engine
import Handling
import Pack
package import Ports
import Reports

/// Why a package of evidence was not made.
package enum EvidencePackageFault: Error, Equatable {
  /// There is nothing to pack.
  case empty
  case tooLarge(max: Int)
  /// A file of the evidence is not kept here any more.
  case fileGone(FileDigest)
  case evidence(EvidenceFault)
  /// `detail` is for operators.
  case unavailable(detail: String)

  package var code: String {
    switch self {
    case .empty: "evidence.empty"
    case .tooLarge: "evidence.too_large"
    case .fileGone: "evidence.file_gone"
    case .evidence(let fault): fault.code
    case .unavailable: "evidence.unavailable"
    }
  }
}

/// The evidence of a case as one archive: a list on paper, the files, and their hashes, which
/// anybody checks with `unzip` and `sha256sum -c SHA256SUMS`.
package struct EvidencePackage: Sendable {
  /// Bytes of all files.
  package static let bytesMax = 256 << 20

  let engine: Engine
  let files: any FileKeeping

  package init(engine: Engine, files: any FileKeeping) {
    self.engine = engine
    self.files = files
  }

  /// Makes the archive and puts on record that it was taken out.
  package func make(
    of id: ID<Case>, by caller: Caller, request: String
  ) async throws(EvidencePackageFault) -> [UInt8] {
    let desk = EvidenceDesk(engine: engine, files: files)
    let standing: EvidenceStanding
    do throws(EvidenceFault) {
      standing = try await desk.standing(of: id, within: caller.scope)
    } catch {
      throw .evidence(error)
    }
    let exhibits = standing.counting
    guard !exhibits.isEmpty else { throw .empty }
    guard exhibits.reduce(0, { $0 + $1.byteCount }) <= Self.bytesMax else {
      throw .tooLarge(max: Self.bytesMax)
    }
    var parts: [ZipArchive.Part] = []
    var names: [String] = []
    for (index, exhibit) in exhibits.enumerated() {
      let (bytes, ending) = try await content(of: exhibit)
      let name = "files/\(Self.padded(index + 1))-\(exhibit.form.rawValue).\(ending)"
      names.append(name)
      parts.append(part(name, bytes, exhibit.takenAt))
    }
    let now = engine.time.now
    let paper = EvidenceList(engine: engine, standing: standing, names: names, maker: caller)
    do throws(ReportFault) {
      parts.insert(part("list.pdf", try paper.list(at: now).pdf(), now), at: 0)
    } catch {
      throw .unavailable(detail: "\(error)")
    }
    let sums = parts.map { part in
      HexText.write(engine.sealing.digest(of: part.bytes)) + "  " + part.name + "\n"
    }
    parts.append(part("SHA256SUMS", Array(sums.joined().utf8), now))
    let archive: [UInt8]
    do throws(ArchiveFault) {
      archive = try ZipArchive.bytes(of: parts)
    } catch {
      throw .unavailable(detail: "\(error)")
    }
    do throws(EvidenceFault) {
      try await desk.export(
        engine.sealing.digest(of: archive), of: standing, by: caller, request: request)
    } catch {
      throw .evidence(error)
    }
    return archive
  }

  private func part(_ name: String, _ bytes: [UInt8], _ at: Instant) -> ZipArchive.Part {
    ZipArchive.Part(name: name, bytes: bytes, modified: Int(at.milliseconds / 1_000))
  }

  private static func padded(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 3 - String(number).count)) + String(number)
  }

  private func content(
    of exhibit: Exhibit
  ) async throws(EvidencePackageFault) -> (bytes: [UInt8], ending: String) {
    let kept: StoredFile?
    let bytes: [UInt8]?
    do throws(FileFault) {
      kept = try await files.describe(exhibit.file)
      bytes = try await files.load(exhibit.file)
    } catch {
      throw .evidence(.file(error))
    }
    guard let kept, let bytes else { throw .fileGone(exhibit.file) }
    return (bytes, Self.endings[kept.mediaType] ?? "bin")
  }

  private static let endings = [
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf",
    "video/mp4": "mp4", "text/plain; charset=utf-8": "txt",
  ]
}

/// What the list of a package says, in the words of the packs.
struct EvidenceList {
  let engine: Engine
  let standing: EvidenceStanding
  /// Of the files, in the order of the evidence that counts.
  let names: [String]
  let maker: Caller

  private var words: EvidenceWords { engine.catalogue.evidenceWords }

  func list(at moment: Instant) -> PaperList {
    let filing = standing.case.filing
    let item = standing.case.state.item.flatMap { engine.catalogue.item(code: $0)?.name }
    var facts = [
      (name: words["case"], value: filing.number.text),
      (words["item"], item ?? ""), (words["address"], filing.address),
      (words["made"], time(moment)), (words["maker"], maker.staff.name),
    ]
    if let checklist = standing.checklist {
      facts.append((words["checklist"], checklist.name + "\n" + checklist.why))
    }
    return PaperList(
      title: words["title"], facts: facts,
      tables: checklist + [evidence, custody], footer: words["footer"], page: words["page"])
  }

  private var checklist: [PaperList.Table] {
    guard let checklist = standing.checklist else { return [] }
    let rows = standing.lines.map { state in
      [
        state.line.name, words[state.line.form.rawValue], "\(state.there)/\(state.line.least)",
        state.missing == 0
          ? words["complete"]
          : words["missing"].replacing("{count}", with: String(state.missing)),
        state.line.why,
      ]
    }
    return [
      PaperList.Table(
        title: checklist.name,
        columns: [
          .init(words["line"], share: 0.2), .init(words["form"], share: 0.1),
          .init(words["number"], share: 0.1), .init(words["checklist"], share: 0.15),
          .init(words["note"], share: 0.45),
        ], rows: rows)
    ]
  }

  private var evidence: PaperList.Table {
    let rows = zip(standing.counting, names).enumerated().map { index, pair in
      let (exhibit, name) = pair
      let line = exhibit.line.flatMap { code in
        standing.checklist?.lines.first { $0.code == code }?.name
      }
      return [
        String(index + 1), line ?? words[exhibit.form.rawValue],
        name + "\n" + HexText.write(exhibit.file.digest), time(exhibit.takenAt), place(exhibit),
        exhibit.taker, exhibit.device, exhibit.note,
        person(exhibit.addedBy) + "\n" + time(exhibit.addedAt),
      ]
    }
    return PaperList.Table(
      title: words["evidence"],
      columns: [
        .init(words["number"], share: 0.04), .init(words["line"], share: 0.1),
        .init(words["file"] + " " + words["hash"], share: 0.26),
        .init(words["taken"], share: 0.11), .init(words["place"], share: 0.13),
        .init(words["taker"], share: 0.07), .init(words["device"], share: 0.08),
        .init(words["note"], share: 0.1), .init(words["added"], share: 0.11),
      ], rows: rows)
  }

  private var custody: PaperList.Table {
    let numbers = Dictionary(
      uniqueKeysWithValues: standing.counting.enumerated().map { ($1.id, $0 + 1) })
    let rows = standing.acts.reversed().map { act in
      let unit = act.unit.flatMap { engine.directory.units[$0]?.name }
      let what = act.exhibit.map { numbers[$0].map(String.init) ?? words["withdrawn"] }
      return [
        time(act.at), words[act.kind.rawValue], person(act.staff), what ?? "",
        [unit, act.package.map(HexText.write), act.note].compactMap { $0 }
          .filter { !$0.isEmpty }.joined(separator: " "),
      ]
    }
    return PaperList.Table(
      title: words["custody"],
      columns: [
        .init(words["at"], share: 0.16), .init(words["act"], share: 0.1),
        .init(words["person"], share: 0.14), .init(words["what"], share: 0.1),
        .init(words["note"], share: 0.5),
      ], rows: Array(rows))
  }

  private func place(_ exhibit: Exhibit) -> String {
    let position = exhibit.position.map { "\($0.longitude), \($0.latitude)" }
    return [exhibit.place, position].compactMap { $0 }.filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  private func person(_ id: ID<Staff>?) -> String {
    id.flatMap { engine.directory.staff[$0]?.name } ?? ""
  }

  /// In the city's time.
  private func time(_ instant: Instant) -> String {
    let offset = engine.settings.offsetMinutes
    return TimeText.write(instant.advanced(byMilliseconds: Int64(offset) * Duration.minute))
      .replacing("T", with: " ").prefix(19).description
  }
}
