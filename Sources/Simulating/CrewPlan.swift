import City
import Demonstration
import Handling
import Pack

/// Who works where: crews as large as the average day needs, some luckier than others.
struct CrewPlan: Sendable {
  /// Desks of the whole district; the number stands for the home.
  static let centreHome: Int64 = 0

  private(set) var crews: [Crew] = []
  private var places: [CrewKey: Int] = [:]

  /// Of a person's time on duty, what can be planned with.
  private static let busyShare = 0.85
  /// Crews get between so much of what they need, by lot: that is where work piles up.
  private static let luck = 0.85...1.3
  /// Steps are taken again after reworks and returns.
  private static let repeatedShare = 1.1
  private static let samples = 20_000
  private static let workersMax = 5_000
  private static let minutesOfDay = 480.0

  init(
    demand: Demand, plan: DemonstrationPlan, catalogue: Catalogue,
    settings: SimulationSettings
  ) {
    var random = DemonstrationRandom(seed: settings.seed, stream: 41)
    let centre = plan.units.first { $0.kind == .centre }
    let centrePath = centre.flatMap { demand.path(of: $0.id) } ?? .none
    var minutes: [CrewKey: Double] = [:]
    var paths: [CrewKey: UnitPath] = [:]
    func add(_ key: CrewKey, _ path: UnitPath, _ moves: [Move]) {
      paths[key] = path
      minutes[key, default: 0] += moves.reduce(0) { sum, move in
        let time = Work.minutes(of: move)
        return sum + time.median * Normal.exponential(time.spread * time.spread / 2)
      }
    }
    let desk = CrewKey(home: Self.centreHome, post: Work.Post.desk)
    for _ in 0..<Self.samples {
      let problem = demand.problem(&random)
      let unit = problem.unit == .none ? centrePath : problem.unit
      add(desk, centrePath, problem.isSure ? [.close(.passed)] : [.dispatch, .close(.passed)])
      add(Self.key(unit: unit, post: Work.Post.hand), unit, [.accept, .report])
      add(Self.key(street: problem.area, post: Work.Post.check), centrePath, [.plain])
    }
    let categories = Array(Set(catalogue.items.map(\.category))).sorted()
    var people: Int64 = 0
    for key in minutes.keys.sorted() {
      let path = paths[key] ?? .none
      let hours = Self.hours(of: path, plan, catalogue)
      let perDay =
        (minutes[key] ?? 0) * Self.repeatedShare * Double(settings.perDay) / Double(Self.samples)
      let needed = perDay * 7 / (Self.weeklyMinutes(hours) * Self.busyShare)
      let luck = random.double(in: Self.luck) * Double(settings.crew) / 100
      let count = min(max(Int((needed * luck).rounded(.up)), 1), Self.workersMax)
      let workers = (0..<count).map { person -> Worker in
        people += 1
        return Worker(
          actor: StepActor(
            staff: ID(people), posts: [key.post], unit: path, isEngine: false),
          hours: count > 2 ? Shift.hours(of: person, in: hours) : hours,
          pace: Normal.time(median: 1, spread: Worker.paceSpread, &random),
          strength: categories[Int(random.unit() * Double(categories.count))])
      }
      places[key] = crews.count
      crews.append(Crew(key: key, unit: path, workers: workers))
    }
  }

  /// The crew of an edge's work; nil where nobody of these posts is there.
  func place(of edge: FlowEdge, unit: UnitPath, area: AreaPath) -> Int? {
    if edge.guards.contains(.ownUnit) { return places[Self.key(unit: unit, post: Work.Post.hand)] }
    if edge.posts.contains(Work.Post.check) {
      return places[Self.key(street: area, post: Work.Post.check)]
    }
    return places[CrewKey(home: Self.centreHome, post: Work.Post.desk)]
  }

  static func hours(
    of unit: UnitPath, _ plan: DemonstrationPlan, _ catalogue: Catalogue
  ) -> WorkingHours {
    let named = plan.units.first { $0.id == unit.innermost }?.hours
    return named.flatMap { catalogue.hours(code: $0) } ?? catalogue.defaultHours
  }

  private static func key(unit: UnitPath, post: String) -> CrewKey {
    CrewKey(home: unit.innermost?.rawValue ?? centreHome, post: post)
  }

  private static func key(street area: AreaPath, post: String) -> CrewKey {
    CrewKey(home: area[.street]?.rawValue ?? centreHome, post: post)
  }

  /// What one person works in a week under these hours.
  private static func weeklyMinutes(_ hours: WorkingHours) -> Double {
    let week = Shift.hours(of: 3, in: hours).week
    return Double(week.joined().reduce(0) { $0 + $1.to - $1.from })
  }
}
