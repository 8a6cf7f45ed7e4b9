package import City
package import Pack

/// How good the warnings of one kind were over a period: held against what came.
///
/// An occurrence is a run of cases or alarms that the kind's truth names, in one area of the kind's
/// level, none further than the grace from the one before. A warning hits where an occurrence of
/// its area begins while it stands or within the grace after its end; else it is false. An
/// occurrence that no warning of its area came before, or stood over, is missed.
package struct WarningScore: Equatable, Sendable {
  /// Something that the truth names: where and when.
  package struct Moment: Hashable, Sendable {
    package let area: AreaPath
    package let at: Instant

    package init(area: AreaPath, at: Instant) {
      self.area = area
      self.at = at
    }
  }

  /// Several moments that are one thing.
  package struct Occurrence: Equatable, Sendable {
    package let area: ID<Area>
    package let from: Instant
    package let to: Instant
    package let count: Int
  }

  /// What became of one warning.
  package struct Judged: Equatable, Sendable {
    package let warning: ID<Warning>
    /// nil = nothing came of it.
    package let occurrence: Occurrence?
    /// From the issue to the beginning of what came; below nothing where it came first.
    package let leadMilliseconds: Int64?
    /// It stands still, and nothing has come: not judged yet.
    package let isOpen: Bool
  }

  package let judged: [Judged]
  /// What nobody warned of.
  package let missed: [Occurrence]

  package var hits: Int { judged.count { $0.occurrence != nil } }
  package var falseOnes: Int { judged.count { $0.occurrence == nil && !$0.isOpen } }

  /// The share of judged warnings that came true; nil = none was judged.
  package var precision: Double? {
    hits + falseOnes == 0 ? nil : Double(hits) / Double(hits + falseOnes)
  }

  /// The share of occurrences that were warned of before they began; nil = nothing came.
  package var warnedShare: Double? {
    let all = warned + late + missed.count
    return all == 0 ? nil : Double(warned) / Double(all)
  }

  /// Occurrences of which was warned before they began, and those that came first.
  package let warned: Int
  package let late: Int

  /// The middle of the lead times of the hits that came before; nil = there are none.
  package var leadMilliseconds: Int64? {
    let leads = judged.compactMap(\.leadMilliseconds).filter { $0 >= 0 }.sorted()
    return leads.isEmpty ? nil : leads[leads.count / 2]
  }

  /// - Parameters:
  ///   - warnings: of this kind, issued within the period.
  ///   - moments: what the truth names within the period and a grace after it.
  package init(
    kind: WarningKind, truth: WarningTruth, warnings: [Warning], moments: [Moment],
    period: Period, now: Instant
  ) {
    let grace = Int64(truth.graceHours) * Duration.hour
    let occurrences = Self.occurrences(moments, kind.level, truth)
    var covered: Set<Int> = []
    var early: Set<Int> = []
    var judged: [Judged] = []
    for warning in warnings.sorted(by: { $0.id < $1.id }) {
      let end = (warning.state.liftedAt ?? warning.state.to).advanced(byMilliseconds: grace)
      let own = occurrences.indices.filter { index in
        let occurrence = occurrences[index]
        return Self.meets(warning.area, occurrence.path) && occurrence.value.to >= warning.issuedAt
          && occurrence.value.from <= end
      }
      covered.formUnion(own)
      let first = own.min { occurrences[$0].value.from < occurrences[$1].value.from }
      let lead = first.map { occurrences[$0].value.from.millisecondsSince(warning.issuedAt) }
      early.formUnion(own.filter { occurrences[$0].value.from >= warning.issuedAt })
      judged.append(
        Judged(
          warning: warning.id, occurrence: first.map { occurrences[$0].value },
          leadMilliseconds: lead, isOpen: first == nil && now < end))
    }
    self.judged = judged
    missed = occurrences.indices.filter { index in
      !covered.contains(index) && period.holds(occurrences[index].value.from.milliseconds)
    }.map { occurrences[$0].value }
    warned = early.count
    late = covered.subtracting(early).count
  }

  /// A warning speaks of what lies in its area, or in whose area it lies.
  private static func meets(_ warning: AreaPath, _ place: AreaPath) -> Bool {
    warning.innermost.map { place.lies(in: $0) } ?? true
      || place.innermost.map { warning.lies(in: $0) } ?? false
  }

  private static func occurrences(
    _ moments: [Moment], _ level: AreaLevel, _ truth: WarningTruth
  ) -> [(path: AreaPath, value: Occurrence)] {
    let grace = Int64(truth.graceHours) * Duration.hour
    var runs: [(path: AreaPath, value: Occurrence)] = []
    let byArea = Dictionary(grouping: moments) { $0.area[level] }
    for (area, own) in byArea {
      guard let area else { continue }
      var run: [Moment] = []
      func close() {
        guard run.count >= truth.least, let first = run.first, let last = run.last else { return }
        let path = AreaPath(Array(first.area.areas.prefix(level.depth + 1)))
        runs.append(
          (path, Occurrence(area: area, from: first.at, to: last.at, count: run.count)))
      }
      for moment in own.sorted(by: { $0.at < $1.at }) {
        if let last = run.last, moment.at.millisecondsSince(last.at) > grace {
          close()
          run = []
        }
        run.append(moment)
      }
      close()
    }
    return runs.sorted { ($0.value.from, $0.value.area) < ($1.value.from, $1.value.area) }
  }
}
