package import City

/// A small story that anyone in the trade can read and the engine can play (场景故事).
///
/// It stands alone: it brings its own units, and one street, a square of
/// `streetSideMetres` whose middle is the origin of all its places.
package struct Story: Equatable, Sendable {
  /// Side of the square that is the story's street. What lies farther out lies outside the city.
  package static let streetSideMetres = 2_000.0

  package let name: String
  /// `file:line` where it begins, for messages.
  package let place: String
  /// The day on which it begins, in the city's time.
  package let date: CivilDate
  /// Name of the only street.
  package let street: String
  /// The story's whole organisation. Every unit has one person for each of the pack's posts.
  package let units: [StoryUnit]
  /// In the order of their minutes.
  package let lines: [StoryLine]

  package init(
    name: String, place: String, date: CivilDate, street: String, units: [StoryUnit],
    lines: [StoryLine]
  ) {
    self.name = name
    self.place = place
    self.date = date
    self.street = street
    self.units = units
    self.lines = lines
  }
}

/// A unit of a story.
package struct StoryUnit: Equatable, Sendable {
  package let name: String
  /// Codes of duties.
  package let duties: [String]
  /// Code of working hours.
  package let hours: String
  /// Whether it serves the story's street alone; else the whole district.
  package let ofStreet: Bool

  package init(name: String, duties: [String], hours: String, ofStreet: Bool) {
    self.name = name
    self.duties = duties
    self.hours = hours
    self.ofStreet = ofStreet
  }
}

/// One thing that happens, and what must follow from it.
package struct StoryLine: Equatable, Sendable {
  /// Line in the story's file.
  package let line: Int
  /// Minutes after midnight of the story's first day; beyond 1440 on later days.
  package let minute: Int
  package let act: StoryAct
  /// All must hold right after the act, for the case that the act is about.
  package let expectations: [StoryExpectation]

  package init(line: Int, minute: Int, act: StoryAct, expectations: [StoryExpectation]) {
    self.line = line
    self.minute = minute
    self.act = act
    self.expectations = expectations
  }
}

/// What happens in a line.
package enum StoryAct: Equatable, Sendable {
  case signal(StorySignal)
  /// A thing is put on file, or what is known of it changes.
  case register(StoryThing)
  case step(StoryStep)
  /// A person strikes a line of a ledger off, reopens it, or says what he found on a round.
  case duty(StoryDuty)
  /// The alarm of a device's signal ends, or comes again as a new episode.
  case alarm(on: String, isCleared: Bool)
  /// Another system's value of a series for the street, now.
  case series(name: String, value: Double)
  /// Nothing happens; only time passes. Its expectations are about the case of `on`, or of the
  /// latest line.
  case wait(on: String?)
}

/// What a person does to a line of a ledger or at a stop of a round.
package struct StoryDuty: Equatable, Sendable {
  /// What he does.
  package enum Form: String, Sendable { case strike, reopen, sound, faulty }

  package let form: Form
  /// The thing or signal that it is about.
  package let on: String
  /// Code of the post that acts; of the story's first unit.
  package let post: String
  package var note = ""
  package var photos = 0
  package var documents = 0

  package init(form: Form, on: String, post: String) {
    self.form = form
    self.on = on
    self.post = post
  }
}

/// A channel tells of something.
package struct StorySignal: Equatable, Sendable {
  package let channel: Channel
  /// The channel's own id, by which later lines name the signal and its case.
  package let id: String
  /// Title and text of the signal.
  package let text: String
  /// Code of the item that the channel names; nil = to be found by words.
  package let item: String?
  /// From the middle of the street; negative to the west and south.
  package let metresEast: Double
  package let metresNorth: Double
  /// Code of the rule whose alarm it was made of; nil = of none.
  package var rule: String?

  package init(
    channel: Channel, id: String, text: String, item: String?, metresEast: Double,
    metresNorth: Double
  ) {
    self.channel = channel
    self.id = id
    self.text = text
    self.item = item
    self.metresEast = metresEast
    self.metresNorth = metresNorth
  }
}

/// What is known of a thing; of one that was put on file before, what is new.
package struct StoryThing: Equatable, Sendable {
  /// By which later lines name it.
  package let id: String
  /// Code of its kind.
  package let kind: String
  /// What it is called; its id where the story gives it no name.
  package var name: String
  package let attributes: [Attribute]
  /// From the middle of the street; nil = where it was.
  package let metresEast: Double?
  package let metresNorth: Double?

  package init(
    id: String, kind: String, attributes: [Attribute], metresEast: Double?, metresNorth: Double?
  ) {
    self.id = id
    self.kind = kind
    name = id
    self.attributes = attributes
    self.metresEast = metresEast
    self.metresNorth = metresNorth
  }
}

/// The holder of a post takes a step on a case.
package struct StoryStep: Equatable, Sendable {
  /// Code of an action.
  package let action: String
  /// Code of a post.
  package let post: String
  /// Name of the unit whose person acts; nil = for posts that an edge guards by `ownUnit` the
  /// unit that has the case, else the story's first unit.
  package let by: String?
  /// Id of a signal whose case is meant; nil = the case of the latest line.
  package let on: String?
  /// Name of the unit that gets the case; nil where the step names none. A step that dispatches
  /// without naming one takes the unit that the responsibility list proposes.
  package let unit: String?
  /// Code of a post: the step names the person who holds it in the unit that has the case.
  package let staffPost: String?
  /// Code of the item for a step that changes it.
  package let item: String?
  package let note: String
  /// How many files are shown.
  package let photos: Int
  package let documents: Int
  /// Code of one of the action's reasons.
  package var reason: String?
  /// By how much a deadline shall move.
  package var limit: TimeLimit?
  /// What is filled in, by field.
  package var answers: [String: String] = [:]
  /// Code of the group that is called.
  package var group: String?

  package init(
    action: String, post: String, by: String?, on: String?, unit: String?,
    staffPost: String?, item: String?, note: String, photos: Int, documents: Int
  ) {
    self.action = action
    self.post = post
    self.by = by
    self.on = on
    self.unit = unit
    self.staffPost = staffPost
    self.item = item
    self.note = note
    self.photos = photos
    self.documents = documents
  }
}

/// What must hold after a line.
package enum StoryExpectation: Equatable, Sendable {
  /// A new case was filed under this item; nil = unclassified.
  case opened(item: String?)
  /// The signal joined the event of the signal named.
  case joined(signal: String)
  /// Code of the stage where the case stands.
  case stage(String)
  /// Name of the unit that has it.
  case unit(String)
  /// Minutes after midnight of the story's first day by which it must be handled.
  case due(minute: Int)
  /// Minutes after midnight of the story's first day by which a clock must be stopped.
  case clock(String, minute: Int)
  /// The act was refused with this code and changed nothing.
  case refused(code: String)
  /// The case is closed with this verdict.
  case closed(Verdict)
  /// The place lies outside the city.
  case outside
  /// A model names the thing's grade so.
  case graded(name: String)
  /// The latest line of a ledger that the thing or case named has, stands; else it is struck off.
  case listed(isStanding: Bool, on: String)
  /// A thing is among those that a round has still to look at.
  case left(thing: String)
  /// A vital of the district over the day of the line has this grade; nil = none.
  case vital(String, Grade?)
}

extension Story {
  /// The items that this story dispatches, by code: a signal or a dispatching step after which
  /// the story says which unit has the case.
  package func dispatchedItems(dispatching actions: Set<String>) -> Set<String> {
    var itemOfSignal: [String: String] = [:]
    var latest: String?
    var dispatched: Set<String> = []
    for line in lines {
      var dispatches = false
      switch line.act {
      case .signal(let signal):
        latest = signal.id
        dispatches = true
        itemOfSignal[signal.id] = signal.item
        for case .opened(let item?) in line.expectations { itemOfSignal[signal.id] = item }
        for case .joined(let other) in line.expectations { latest = other }
      case .step(let step):
        latest = step.on ?? latest
        dispatches = actions.contains(step.action)
        if let item = step.item, let latest { itemOfSignal[latest] = item }
      case .register(let thing):
        for case .opened(let item?) in line.expectations {
          itemOfSignal[thing.id] = item
          latest = thing.id
          dispatches = true
        }
      case .duty(let duty):
        for case .opened(let item?) in line.expectations {
          itemOfSignal[duty.on] = item
          latest = duty.on
          dispatches = true
        }
      case .wait(let on):
        latest = on ?? latest
      case .series: break
      case .alarm(let on, _): latest = on
      }
      let namesUnit = line.expectations.contains { if case .unit = $0 { true } else { false } }
      let isRefused = line.expectations.contains { if case .refused = $0 { true } else { false } }
      if dispatches, namesUnit, !isRefused, let item = latest.flatMap({ itemOfSignal[$0] }) {
        dispatched.insert(item)
      }
    }
    return dispatched
  }
}
