/// One thing that can be said of a pair. Of each group exactly one holds.
package enum LikenessTrait: Int, CaseIterable, Sendable {
  case everyPair
  case thingSame, thingDiffers, addressSame, placeNear, placeWithin, placeBeyond, placeFar,
    placeUnknown
  case stillOpen, closedJustNow, closedToday, closedEarlier
  case ageThird, ageTwoThirds, ageWithin, ageOver, ageLong
  case pauseMinutes, pauseQuarter, pauseHours, pauseDay, pauseLong
  case detailSame, detailDiffers, detailUnknown
  case reportsOne, reportsFew, reportsMany
  case reporterSame, reporterOther, reporterUnknown
  case textSame, textClose, textApart, textUnknown

  /// What a trait weighs while nothing is learned, in logits: near in place and time and still open
  /// is the same problem, and one clear miss outweighs all the rest.
  package var prior: Double {
    switch self {
    case .everyPair: 3
    case .placeWithin, .textApart: -1
    case .placeUnknown: -4
    case .placeBeyond: -4.5
    case .thingDiffers, .placeFar, .closedEarlier: -7
    case .closedToday: -5
    case .ageOver, .ageLong: -5
    case .thingSame, .textSame: 1
    case .addressSame, .placeNear, .stillOpen, .closedJustNow, .ageThird, .ageTwoThirds,
      .ageWithin, .pauseMinutes, .pauseQuarter, .pauseHours, .pauseDay, .pauseLong, .detailSame,
      .detailDiffers, .detailUnknown, .reportsOne, .reportsFew, .reportsMany, .reporterSame,
      .reporterOther, .reporterUnknown, .textClose, .textUnknown:
      0
    }
  }

  /// Its name in answers of the interface. Once released it never changes.
  package var code: String { String(describing: self) }
}

/// When reports are the same problem (同一问题判定): what the traits of a pair weigh, and from where on
/// the machine joins, asks, and calls a problem a repeated one.
package struct LikenessSettings: Equatable, Sendable {
  /// Where a pack gives other weights than the traits' own.
  package let weights: [LikenessTrait: Double]
  /// From this likeness on a report joins by itself, 0 to 1.
  package let joinLine: Double
  /// From this likeness on a person is asked, 0 to 1.
  package let proposeLine: Double
  /// A problem of the same kind that was closed no longer ago than this, at the same place, came back.
  package let repeatDays: Int
  /// As near as this is the same place, for problems that come back.
  package let repeatMetres: Double
  /// So many decisions of people on an item before its weights are learned from them.
  package let decisionsMin: Int

  package init(
    weights: [LikenessTrait: Double], joinLine: Double, proposeLine: Double, repeatDays: Int,
    repeatMetres: Double, decisionsMin: Int
  ) {
    self.weights = weights
    self.joinLine = joinLine
    self.proposeLine = proposeLine
    self.repeatDays = repeatDays
    self.repeatMetres = repeatMetres
    self.decisionsMin = decisionsMin
  }

  /// What holds where no pack says anything else.
  package static let standard = LikenessSettings(
    weights: [:], joinLine: 0.6, proposeLine: 0.15, repeatDays: 90, repeatMetres: 50,
    decisionsMin: 20)
}
