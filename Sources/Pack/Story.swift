package import City

/// A small story that anyone in the trade can read and the engine can play (场景故事).
package struct Story: Equatable, Sendable {
  package let name: String
  /// `file:line` where it begins, for messages.
  package let place: String
  /// The day on which it plays, in the city's time.
  package let date: CivilDate
  package let lines: [StoryLine]

  package init(name: String, place: String, date: CivilDate, lines: [StoryLine]) {
    self.name = name
    self.place = place
    self.date = date
    self.lines = lines
  }
}

/// One thing that happens, and what must follow from it.
package struct StoryLine: Equatable, Sendable {
  /// Line in the story's file.
  package let line: Int
  /// Minutes after midnight of the story's day; beyond 1440 on later days.
  package let minute: Int
  package let act: StoryAct
  package let expectations: [StoryExpectation]

  package init(line: Int, minute: Int, act: StoryAct, expectations: [StoryExpectation]) {
    self.line = line
    self.minute = minute
    self.act = act
    self.expectations = expectations
  }
}

package enum StoryAct: Equatable, Sendable {
  /// A channel tells of something. `metresEast`/`metresNorth` from the middle of the story's street.
  case signal(
    channel: Channel, id: String, text: String, item: String?, street: String, metresEast: Double,
    metresNorth: Double)
  /// The holder of a post acts on the case of the latest line, or of the signal named.
  case step(action: String, post: String, on: String?, unit: String?, note: String, photos: Int)
  /// Nothing happens; only time passes.
  case wait
}

package enum StoryExpectation: Equatable, Sendable {
  case opened(item: String?)
  /// Joined the event of the signal named.
  case joined(signal: String)
  case stage(String)
  /// Name of the unit that has it.
  case unit(String)
  /// Minutes after midnight of the story's day.
  case due(minute: Int)
  case refused(code: String)
  case closed(Verdict)
}
