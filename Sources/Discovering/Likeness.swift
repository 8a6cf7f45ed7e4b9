package import Pack

/// How sure it is that a report tells of a problem that is known already, and why.
package struct Likeness: Equatable, Sendable {
  /// What one trait adds.
  package struct Reason: Equatable, Sendable {
    package let trait: LikenessTrait
    /// In logits; below 0 it speaks against the same problem.
    package let weight: Double
  }

  /// From 0 to 1: of a hundred pairs with this value, so many hundredths are the same problem.
  package let value: Double
  /// The traits of the pair, the weightiest first; those without weight are left out.
  package let reasons: [Reason]
}

/// What is known of one report and one earlier problem when they are compared.
package struct LikenessPair: Hashable, Sendable {
  /// Whether two of a kind are the same; nil = one of them is not known.
  package var sameThing: Bool?
  package var sameAddress: Bool?
  package var sameDetail: Bool?
  package var sameReporter: Bool?
  /// Between both, in metres; nil = one of them has no position.
  package var metres: Double?
  /// From the problem's first report to this one, in milliseconds.
  package var sinceFirst: Double
  /// From the problem's last report to this one, in milliseconds.
  package var sinceLast: Double
  /// From the problem's end, as known when the report came, in milliseconds; nil = still open.
  package var sinceClosed: Double?
  /// How many reports the problem has.
  package var reports: Int
  /// Share of common character pairs, 0 to 1; nil = one of them has no text.
  package var textOverlap: Double?

  package init(sinceFirst: Double, sinceLast: Double, reports: Int) {
    self.sinceFirst = sinceFirst
    self.sinceLast = sinceLast
    self.reports = reports
  }
}

/// How near is near: what an item, or an import profile, says.
package struct LikenessReach: Hashable, Sendable {
  /// Reports further apart than this are different problems.
  package let metres: Double
  /// A problem older than this is not the same any more, in milliseconds.
  package let milliseconds: Double
  /// Reports beyond `metres` but no further apart than this may be asked about.
  package let beyondMetres: Double

  /// - Parameter beyondMetres: nil = nothing beyond is asked about.
  package init(metres: Double, milliseconds: Double, beyondMetres: Double? = nil) {
    self.metres = metres
    self.milliseconds = milliseconds
    self.beyondMetres = beyondMetres ?? metres
  }
}

extension LikenessPair {
  private static let minute = 60_000.0
  private static let hour = 60 * minute
  private static let day = 24 * hour

  /// What holds of the pair, one trait a group.
  package func traits(within reach: LikenessReach) -> [LikenessTrait] {
    [
      .everyPair, place(reach), end, age(reach), pause,
      sameDetail.map { $0 ? .detailSame : .detailDiffers } ?? .detailUnknown,
      reports <= 1 ? .reportsOne : reports <= 4 ? .reportsFew : .reportsMany,
      sameReporter.map { $0 ? .reporterSame : .reporterOther } ?? .reporterUnknown, text,
    ]
  }

  private func place(_ reach: LikenessReach) -> LikenessTrait {
    if let sameThing { return sameThing ? .thingSame : .thingDiffers }
    if sameAddress == true { return .addressSame }
    guard let metres else { return .placeUnknown }
    if metres > reach.beyondMetres { return .placeFar }
    if metres > reach.metres { return .placeBeyond }
    return metres * 2 <= reach.metres ? .placeNear : .placeWithin
  }

  /// A problem that ended within the day may have ended after this report, where only dates are known.
  private var end: LikenessTrait {
    guard let sinceClosed else { return .stillOpen }
    guard sinceClosed < Self.day else { return .closedEarlier }
    return sinceLast < 2 * Self.hour ? .closedJustNow : .closedToday
  }

  private func age(_ reach: LikenessReach) -> LikenessTrait {
    let share = sinceFirst / reach.milliseconds
    if share <= 1.0 / 3 { return .ageThird }
    if share <= 2.0 / 3 { return .ageTwoThirds }
    if share <= 1 { return .ageWithin }
    return share <= 2 ? .ageOver : .ageLong
  }

  private var pause: LikenessTrait {
    if sinceLast < 2 * Self.minute { return .pauseMinutes }
    if sinceLast < 15 * Self.minute { return .pauseQuarter }
    if sinceLast < 4 * Self.hour { return .pauseHours }
    return sinceLast < Self.day ? .pauseDay : .pauseLong
  }

  private var text: LikenessTrait {
    guard let textOverlap else { return .textUnknown }
    if textOverlap >= 0.6 { return .textSame }
    return textOverlap >= 0.2 ? .textClose : .textApart
  }
}
