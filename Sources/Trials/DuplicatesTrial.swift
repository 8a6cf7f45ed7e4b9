import City
import Discovering
import Links
package import Pack

/// What a trial of finding duplicates came to.
package struct DuplicatesFigures: Equatable, Sendable {
  package var hits = 0
  package var falseAlarms = 0
  package var missed = 0
  /// How many pairs of a report and an earlier problem were compared.
  package var pairs = 0
  /// How many rows were read, also those outside the days asked for.
  package var rows = 0
  /// How many marked or unmarked pairs the weights were learned from; 0 = the prior decided.
  package var learnedFrom = 0

  package var precision: Double { ratio(hits, hits + falseAlarms) }
  package var recall: Double { ratio(hits, hits + missed) }
  package var f1: Double { ratio(2 * hits, 2 * hits + falseAlarms + missed) }

  private func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}

/// Finds the reports that tell of a known problem, row by row in time, as the city would have had to.
///
/// A row sees what was known when it came: earlier reports, and their ends up to its day. Its own
/// status and end, later ends, and every mark from the first day of the trial on stay hidden.
package enum DuplicatesTrial {
  /// - Parameters:
  ///   - from: first day judged, `yyyy-mm-dd`; marks of earlier days are learned from.
  ///   - to: last day judged.
  /// - Throws: `.file`; `.insufficient` where the profile names no status or no row lies between.
  package static func run(
    path: String, profile: TicketProfile, from: String, to: String
  ) throws(TrialFault) -> DuplicatesFigures {
    guard let marks = profile.duplicates else {
      throw .insufficient(
        missing: "the profile \(profile.code) does not say what marks a duplicate")
    }
    let day = try DuplicatesDays(zone: profile.zone, from: from, to: to)
    var reports = try DuplicatesRows.read(path: path, profile: profile, until: day.end)
    guard reports.contains(where: { $0.createdAt >= day.start }) else {
      throw .insufficient(missing: "no row from \(from) to \(to)")
    }
    if marks.numbersTellTime { NumberClock.setTimes(of: &reports) }
    return decide(reports, marks: marks, start: day.start)
  }

  private static func decide(
    _ reports: [TrialReport], marks: DuplicateMarks, start: Instant
  ) -> DuplicatesFigures {
    let reach = LikenessReach(
      metres: marks.metres, milliseconds: marks.hours * Double(Duration.hour))
    var figures = DuplicatesFigures()
    var problems = ProblemBook(reach: reach)
    var examples: [LikenessExample] = []
    var weights: LikenessWeights?
    var numbers: Set<String> = []
    for report in reports {
      figures.rows += 1
      // The same number once more is the same report, written down again.
      guard numbers.insert(report.id).inserted else {
        if report.createdAt >= start, report.isMarked { figures.missed += 1 }
        continue
      }
      let isJudged = report.createdAt >= start
      if isJudged, weights == nil {
        weights = LikenessWeights.learned(from: examples)
        figures.learnedFrom = examples.count
      }
      let best = problems.best(for: report, by: weights ?? .prior, pairs: &figures.pairs)
      let isSame = isJudged ? (best.map { $0.likeness >= 0.5 } ?? false) : report.isMarked
      if let best, !isJudged {
        let age = Double(start.millisecondsSince(report.createdAt)) / Double(Duration.day)
        examples.append(
          LikenessExample(
            traits: best.traits, isSame: isSame,
            weight: halved(age / LikenessWeights.halfLifeDays)))
      }
      if isJudged {
        switch (isSame, report.isMarked) {
        case (true, true): figures.hits += 1
        case (true, false): figures.falseAlarms += 1
        case (false, true): figures.missed += 1
        case (false, false): break
        }
      }
      problems.take(report, into: isSame ? best?.problem : nil)
    }
    return figures
  }

  /// ½ to the power of `times`, to whole steps of a tenth.
  private static func halved(_ times: Double) -> Double {
    var weight = 1.0
    for _ in 0..<min(200, Int(max(0, times) * 10)) { weight *= 0.933_033 }
    return weight
  }
}
