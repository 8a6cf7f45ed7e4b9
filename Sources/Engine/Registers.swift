import City
import Discovering
package import Pack
package import Ports

/// Brings whole registers of things in: the good rows, and why the others are not taken. The same
/// file again changes nothing.
package struct Registers: Sendable {
  /// Rows that are saved at once, so that they share the disk's work.
  static let together = 64
  /// Refused rows that are told; the rest is counted.
  package static let refusalsMax = 1_000

  /// What became of a file.
  package struct Outcome: Equatable, Sendable {
    package var rows = 0
    /// New or changed.
    package var accepted = 0
    /// As they were.
    package var repeated = 0
    package var refused = 0
    /// The first ones, in the order of rows.
    package var refusals: [RegisterRefusal] = []
    /// Columns of the file that are no field of the kind, and are left out.
    package var unknown: [String] = []

    package init() {}
  }

  /// Which column of a file is which field of a kind.
  package struct Mapping: Equatable, Sendable {
    private let fields: [String: String]
    private let keepsOthers: Bool

    /// Columns are known by names and titles of the fields, and as `given` says.
    /// - Parameter keepsOthers: whether columns that are no field are kept under their own name.
    package init(_ kind: Kind, given: [String: String] = [:], keepsOthers: Bool = false) {
      let known = kind.fields.flatMap { [($0.title, $0.name), ($0.name, $0.name)] }
      fields = Dictionary(known) { first, _ in first }.merging(given) { _, given in given }
      self.keepsOthers = keepsOthers
    }

    /// The field of a column; nil where it is none.
    package func field(_ column: String) -> String? { fields[column] }

    /// Under which name a column's values are kept; nil = they are left out.
    func name(_ column: String) -> String? { fields[column] ?? (keepsOthers ? column : nil) }
  }

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Saves the rows of a file; with `preview` says only what would become of them.
  package func bring(
    _ file: RegisterFile, kind: Kind, mapping: Mapping, preview: Bool, by actor: Actor,
    request: String
  ) async throws(StoreFault) -> Outcome {
    var outcome = Outcome()
    outcome.rows = file.rows.count + file.refusals.count
    var refusals = file.refusals
    outcome.unknown = Set(
      file.rows.lazy.flatMap(\.columns).map(\.name).filter { mapping.field($0) == nil }
    ).sorted()
    var claims = FileClaims(kind)
    var start = 0
    while start < file.rows.count {
      let part = claims.part(of: file.rows, from: start, mapping)
      start += part.count
      let answers = await withTaskGroup(of: (RegisterRow, Answer).self) { group in
        for row in part {
          let entry = Self.entry(row, kind, mapping)
          if preview, let finding = claims.finding(entry) {
            group.addTask { (row, .refused(finding)) }
            continue
          }
          group.addTask {
            (row, await save(entry, preview: preview, by: actor, request: request))
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      for (row, answer) in answers.sorted(by: { $0.0.row < $1.0.row }) {
        switch answer {
        case .accepted, .repeated:
          if answer.isAccepted { outcome.accepted += 1 } else { outcome.repeated += 1 }
          if preview { claims.hold(Self.entry(row, kind, mapping)) }
        case .refused(let finding):
          refusals.append(
            RegisterRefusal(
              row: row.row, field: finding.field, rule: finding.rule,
              value: Self.value(finding.field, row, mapping), facts: finding.facts))
        case .failed(let fault): throw fault
        }
      }
    }
    outcome.refused = refusals.count
    outcome.refusals = Array(refusals.sorted { $0.row < $1.row }.prefix(Self.refusalsMax))
    return outcome
  }

  private enum Answer: Sendable {
    case accepted, repeated
    case refused(SignalFinding)
    case failed(StoreFault)

    var isAccepted: Bool { if case .accepted = self { true } else { false } }
  }

  private func save(
    _ entry: ThingEntry, preview: Bool, by actor: Actor, request: String
  ) async -> Answer {
    let master = MasterData(engine: engine)
    do throws(MasterFault) {
      let isChanged =
        preview
        ? try await master.wouldChange(entry)
        : try await master.save(entry, by: actor, request: request).isChanged
      return isChanged ? .accepted : .repeated
    } catch {
      switch error {
      case .refused(let findings):
        return .refused(findings.first ?? SignalFinding(field: "", rule: "field.required"))
      case .crowded, .changed: return .failed(.busy)
      case .store(let fault): return .failed(fault)
      }
    }
  }

  private static func entry(_ row: RegisterRow, _ kind: Kind, _ mapping: Mapping) -> ThingEntry {
    var entry = ThingEntry(kind: kind.code, code: row.code)
    entry.name = row.name
    entry.address = row.address
    entry.owner = row.owner
    entry.geometry = row.geometry
    entry.longitude = row.position?.longitude
    entry.latitude = row.position?.latitude
    for column in row.columns {
      guard let field = mapping.name(column.name) else { continue }
      entry.attributes[field] = column.value
    }
    entry.keepsOthers = true
    return entry
  }

  /// What stood in the field that was refused, shortened.
  private static func value(_ field: String, _ row: RegisterRow, _ mapping: Mapping) -> String {
    let name = field.hasPrefix("attributes.") ? String(field.dropFirst(11)) : field
    let texts = ["code": row.code, "name": row.name, "address": row.address]
    let value =
      row.columns.first { mapping.field($0.name) == name }?.value ?? texts[name] ?? row.owner ?? ""
    return String(value.prefix(80))
  }
}

/// Unique values within one file: rows that share one are not saved at once, so that the first good
/// one has it, and a preview, which saves nothing, finds the others too.
private struct FileClaims {
  private struct Key: Hashable {
    let field: String
    let value: String
  }

  private let fields: [String]
  private var holders: [Key: String] = [:]

  init(_ kind: Kind) {
    fields = kind.uniqueFields
  }

  /// The next rows that can be saved at once.
  func part(
    of rows: [RegisterRow], from start: Int, _ mapping: Registers.Mapping
  ) -> ArraySlice<RegisterRow> {
    let most = min(start + Registers.together, rows.count)
    guard !fields.isEmpty else { return rows[start..<most] }
    var seen: Set<Key> = []
    for index in start..<most {
      for column in rows[index].columns where !column.value.isEmpty {
        guard let field = mapping.field(column.name), fields.contains(field) else { continue }
        let isNew = seen.insert(Key(field: field, value: column.value)).inserted
        if !isNew { return rows[start..<index] }
      }
    }
    return rows[start..<most]
  }

  /// The value of an entry that an earlier row of the file has.
  func finding(_ entry: ThingEntry) -> SignalFinding? {
    keys(entry).first { holders[$0].map { $0 != entry.code } ?? false }
      .map { SignalFinding(field: "attributes.\($0.field)", rule: "field.unique") }
  }

  mutating func hold(_ entry: ThingEntry) {
    for key in keys(entry) { holders[key] = entry.code }
  }

  private func keys(_ entry: ThingEntry) -> [Key] {
    fields.compactMap { field in
      guard let value = entry.attributes[field], !value.isEmpty else { return nil }
      return Key(field: field, value: value)
    }
  }
}
