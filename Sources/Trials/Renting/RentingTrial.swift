package import City
package import Evaluating
import Language

/// Finding crowded dwellings from four sources, and measuring it (`eval renting`).
package enum RentingTrial {
  /// Paths of the files; at least one of the four sources.
  package struct Paths: Sendable {
    package var deliveries: String?
    package var utilities: String?
    package var registrations: String?
    package var complaints: String?
    package var treated: String?
    package var truth: String?

    package init() {}
  }

  /// Where a dwelling stands against what was known and done.
  package enum State: String, CaseIterable, Sendable {
    /// Crowded in the later half of the time, not in the earlier.
    case new
    /// Crowded in both.
    case existing
    /// Dealt with, and not crowded since.
    case treated
    /// Dealt with, and crowded again.
    case returned
  }

  /// One dwelling that is told of.
  package struct Told: Sendable {
    package let address: String
    package let finding: CrowdingModel.Finding
    package let state: State?
  }

  /// How well a set of dwellings matches the truth.
  package struct Match: Equatable, Sendable {
    package let precision: Double
    package let recall: Double

    package var f1: Double {
      precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }
  }

  /// What came out.
  package struct Outcome: Sendable {
    package let households: Int
    package let flagged: Int
    /// nil without a truth.
    package let match: Match?
    /// The same with one source alone, as many dwellings flagged.
    package let perSource: [(source: DwellingSource, match: Match)]
    /// All above blue, and all that were treated; gravest first.
    package let told: [Told]
  }

  /// - Throws: `TrialFault`; `.insufficient` where no source is given or nothing is dated.
  package static func run(
    _ paths: Paths, words: AddressWords
  ) throws(TrialFault) -> Outcome {
    let files = try read(paths)
    guard !files.sources.isEmpty, let days = files.days else {
      throw .insufficient(missing: "a source with dated rows")
    }
    let register = RentingRegister(files, words: words)
    guard !register.dwellings.isEmpty else {
      throw .insufficient(missing: "addresses of dwellings")
    }
    let whole = findings(register, files.sources, days)
    let flagged = whole.map { $0.isFlagged }
    let truth = truth(files, register)
    let count = flagged.count { $0 }
    let perSource = truth.map { truth in
      DwellingSource.allCases.filter(files.sources.contains).map { source in
        let alone = findings(register, [source], days).map(\.level)
        return (source: source, match: match(highest(count, alone), truth))
      }
    }
    return Outcome(
      households: register.dwellings.count, flagged: count,
      match: truth.map { match(flagged, $0) }, perSource: perSource ?? [],
      told: told(files, register, whole, days))
  }

  private static func read(_ paths: Paths) throws(TrialFault) -> RentingFiles {
    var files = RentingFiles()
    if let path = paths.deliveries { try files.readDeliveries(path) }
    if let path = paths.utilities { try files.readUtilities(path) }
    if let path = paths.registrations { try files.readRegistrations(path) }
    if let path = paths.complaints { try files.readComplaints(path) }
    if let path = paths.treated { try files.readTreated(path) }
    if let path = paths.truth { try files.readTruth(path) }
    return files
  }

  private static func findings(
    _ register: RentingRegister, _ sources: Set<DwellingSource>, _ days: ClosedRange<Int>
  ) -> [CrowdingModel.Finding] {
    let features = CrowdingFeature.allCases.filter { sources.contains($0.source) }
    let rows = register.facts(within: days).map { facts in
      features.map { $0.value(facts, sources: sources, days: days.count) }
    }
    let model = CrowdingModel(features: features, rows: rows)
    return rows.map { model.finding($0) }
  }

  // MARK: Truth

  private static func truth(_ files: RentingFiles, _ register: RentingRegister) -> TruthTable? {
    guard !files.truths.isEmpty else { return nil }
    var table = TruthTable(rented: [:], unknownRented: 0)
    var unknown: Set<String> = []
    for row in files.truths {
      if let at = register.index(row.address) {
        table.rented[at] = (table.rented[at] ?? false) || row.isRented
      } else if row.isRented, unknown.insert(row.address).inserted {
        table.unknownRented += 1
      }
    }
    return table
  }

  /// The truth by dwelling. Dwellings that it does not name are not rented where it names only
  /// those that are, and are not judged where it names both.
  private struct TruthTable {
    var rented: [Int: Bool]
    /// Rented doors that no source led to.
    var unknownRented: Int

    var namesOthers: Bool { rented.values.contains(false) }
  }

  private static func match(_ flagged: [Bool], _ truth: TruthTable) -> Match {
    var (hits, called) = (0, 0)
    for (at, isFlagged) in flagged.enumerated() where isFlagged {
      if truth.rented[at] == nil, truth.namesOthers { continue }
      called += 1
      if truth.rented[at] == true { hits += 1 }
    }
    let rented = truth.rented.values.count { $0 } + truth.unknownRented
    return Match(
      precision: called > 0 ? Double(hits) / Double(called) : 0,
      recall: rented > 0 ? Double(hits) / Double(rented) : 0)
  }

  private static func highest(_ count: Int, _ values: [Double]) -> [Bool] {
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
    var chosen = [Bool](repeating: false, count: values.count)
    for at in order.prefix(count) { chosen[at] = true }
    return chosen
  }

  // MARK: States

  private static func told(
    _ files: RentingFiles, _ register: RentingRegister, _ whole: [CrowdingModel.Finding],
    _ days: ClosedRange<Int>
  ) -> [Told] {
    let middle = days.lowerBound + days.count / 2
    guard middle > days.lowerBound else { return [] }
    let earlier = findings(register, files.sources, days.lowerBound...middle - 1)
    let later = findings(register, files.sources, middle...days.upperBound)
    var treated: Set<Int> = []
    for row in files.treated { if let at = register.index(row.address) { treated.insert(at) } }
    var told: [Told] = []
    for at in whole.indices where whole[at].grade != .blue || treated.contains(at) {
      let isNow = later[at].isFlagged
      let state: State? =
        if treated.contains(at) {
          isNow ? .returned : .treated
        } else if whole[at].isFlagged || isNow {
          earlier[at].isFlagged ? .existing : .new
        } else {
          nil
        }
      told.append(Told(address: register.addresses[at], finding: whole[at], state: state))
    }
    return told.sorted {
      ($1.finding.level, $0.address) < ($0.finding.level, $1.address)
    }
  }
}
