/// How large a pack and its parts may be.
package enum PackLimits {
  /// Files of one pack.
  package static let filesMax = 1_000
  /// Bytes of one file.
  package static let fileBytesMax = 1 << 20
  /// Bytes of all files of one pack.
  package static let packBytesMax = 16 << 20
  /// Folders below the pack's own.
  package static let folderDepthMax = 2
  /// Lists and tables within each other.
  package static let depthMax = 12
  /// Values in one file.
  package static let nodesMax = 100_000
  /// Elements of one list.
  package static let elementsMax = 5_000
  /// Characters of a code.
  package static let codeMax = 64
  /// Characters of a name or a word.
  package static let nameMax = 100
  /// Characters of a sentence: a condition, a reason, a story's text.
  package static let sentenceMax = 2_000
  /// Lines of one story file.
  package static let storyLinesMax = 5_000
  /// Days that one story lasts.
  package static let storyDaysMax = 400
  /// Amounts of time limits.
  package static let amountRange = 1...100_000
  /// Weights of items, in thousandths.
  package static let weightRange = 0...1_000_000
  package static let percentRange = 50...100
  /// Percent of a limit at which a clock changes its light.
  package static let shareRange = 1...99
  /// How often one case may take an action.
  package static let timesRange = 1...100
  /// How near reports of one problem may be asked to lie.
  package static let metresRange = 0...100_000
  /// How near a problem that comes back must lie, in metres.
  package static let repeatMetresRange = 1...300
  /// How soon they may be asked to come; a year at most.
  package static let joinHoursRange = 0...8_760
  /// Weights of vitals and of their aspects.
  package static let vitalWeightRange = 1...1_000
  /// Amounts that rules count: windows, crossings, devices.
  package static let ruleCountRange = 1...10_000
  /// Days between two calibrations.
  package static let daysRange = 1...3_650
  /// Seconds of intervals of devices.
  package static let secondsRange = 0...31_536_000
  /// How long a city may take repeated tickets for one problem, in hours.
  package static let duplicateHoursRange = 1...8_760
  /// Hours and minutes of warnings.
  package static let hoursRange = 1...720
  package static let minutesRange = 0...43_200
  /// How many hours or days ahead a warning looks.
  package static let stepsRange = 1...24
  /// Minutes that a notice may wait for others of its sort.
  package static let mergeMinutesRange = 0...1_440
  /// From how many reporters on a problem is one of many people.
  package static let peopleRange = 2...10_000
  /// Versions of packs and flows.
  package static let versionRange = 1...1_000_000
  /// Years of calendars.
  package static let yearRange = 1990...2100
  /// Distances in stories.
  package static let storyMetresRange = -1_000_000...1_000_000
  /// Files shown in one step of a story.
  package static let filesShownRange = 0...20
}
