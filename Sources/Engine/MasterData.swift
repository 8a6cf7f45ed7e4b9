package import City
package import Discovering
import Geography
import Pack
package import Ports

/// Why a record of the master data was not saved; nothing is changed.
package enum MasterFault: Error, Equatable {
  case refused([SignalFinding])
  /// Somebody else changes the same record over and over.
  case crowded
  /// The record is otherwise now than its editor saw it; he decides again.
  case changed
  case store(StoreFault)

  package var code: String {
    switch self {
    case .refused: "master.refused"
    case .crowded: "master.crowded"
    case .changed: "master.changed"
    case .store(let fault): fault.code
    }
  }
}

/// A thing as somebody enters it: codes instead of ids.
package struct ThingEntry: Sendable, Equatable {
  package let kind: String
  package let code: String
  package var name = ""
  package var address = ""
  package var longitude: Double?
  package var latitude: Double?
  package var geometry: Geometry?
  /// Code of the unit that answers for it.
  package var owner: String?
  package var attributes: [String: String] = [:]
  /// Whether what is stored of the thing and not told here stays; an empty value takes it away.
  package var keepsOthers = false
  /// The version that the editor saw; nil where nobody looked.
  package var seen: Int?

  package init(kind: String, code: String) {
    self.kind = kind
    self.code = code
  }
}

/// An area as somebody enters it.
package struct AreaEntry: Sendable, Equatable {
  package let code: String
  package let name: String
  package let level: AreaLevel
  package let parent: String?
  package let outline: Outline?
  /// The tag that the editor saw; nil where nobody looked.
  package var seen: String?

  package init(code: String, name: String, level: AreaLevel, parent: String?, outline: Outline?) {
    self.code = code
    self.name = name
    self.level = level
    self.parent = parent
    self.outline = outline
  }
}

/// A unit as somebody enters it.
package struct UnitEntry: Sendable, Equatable {
  package let code: String
  package let name: String
  package let kind: UnitKind
  package let parent: String?
  package let area: String?
  package let hours: String
  package let duties: [String]
  /// The tag that the editor saw; nil where nobody looked.
  package var seen: String?

  package init(
    code: String, name: String, kind: UnitKind, parent: String?, area: String?, hours: String,
    duties: [String]
  ) {
    self.code = code
    self.name = name
    self.kind = kind
    self.parent = parent
    self.area = area
    self.hours = hours
    self.duties = duties
  }
}

/// A person as somebody enters him.
package struct StaffEntry: Sendable, Equatable {
  package let code: String
  package let name: String
  package let unit: String
  package let posts: [String]
  package let area: String?
  package let active: Bool
  /// The tag that the editor saw; nil where nobody looked.
  package var seen: String?

  package init(
    code: String, name: String, unit: String, posts: [String], area: String?, active: Bool
  ) {
    self.code = code
    self.name = name
    self.unit = unit
    self.posts = posts
    self.area = area
    self.active = active
  }
}

/// Makes and changes places, units, people and things.
///
/// Saving what is there already, unchanged, changes nothing and says so. After areas, units or
/// staff call `Engine.reloadDirectory` once; codes are looked up in the directory as it stands.
package struct MasterData: Sendable {
  /// How long a code may be, in characters.
  package static let codeCharacters = 1...64
  /// How long a name may be, in characters.
  package static let nameCharacters = 1...100
  package static let attributeCharactersMax = 1_000

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  func thing(_ entry: ThingEntry, replacing stored: Thing?) -> Thing {
    let directory = engine.directory
    var position: Position?
    if let longitude = entry.longitude, let latitude = entry.latitude {
      position = Position(longitude: longitude, latitude: latitude)
    }
    return Thing(
      id: stored?.id ?? engine.newID(), kind: entry.kind, code: entry.code, name: entry.name,
      address: entry.address,
      area: position.map { directory.areaIndex.path(holding: $0) } ?? .outside,
      owner: entry.owner.flatMap { directory.unitIDs[$0] }.map { directory.path(of: $0) }
        ?? (entry.keepsOthers ? stored?.owner : nil) ?? .none,
      geometry: entry.geometry, position: position,
      attributes: entry.attributes.sorted { $0.key < $1.key }
        .map { Attribute(name: $0.key, value: $0.value) },
      version: (stored?.version ?? 0) + 1)
  }

  func findings(of entry: ThingEntry) -> [SignalFinding] {
    var findings = textFindings("code", entry.code, Self.codeCharacters)
    findings += textFindings("name", entry.name, Self.nameCharacters)
    findings += textFindings("address", entry.address, 0...SignalLimits.addressMax)
    let kind = engine.catalogue.kind(code: entry.kind)
    if kind == nil {
      findings.append(
        SignalFinding(field: "kind", rule: "kind.unknown", facts: ["kind": entry.kind]))
    }
    if let owner = entry.owner, engine.directory.unitIDs[owner] == nil {
      findings.append(SignalFinding(field: "owner", rule: "unit.unknown", facts: ["unit": owner]))
    }
    if (entry.longitude == nil) != (entry.latitude == nil) {
      findings.append(SignalFinding(field: "latitude", rule: "position.half"))
    } else if let longitude = entry.longitude, let latitude = entry.latitude,
      Position(longitude: longitude, latitude: latitude) == nil
    {
      findings.append(SignalFinding(field: "longitude", rule: "position.range"))
    }
    for field in kind?.fields ?? []
    where field.required && (entry.attributes[field.name] ?? "").isEmpty {
      findings.append(SignalFinding(field: "attributes.\(field.name)", rule: "field.required"))
    }
    for (name, value) in entry.attributes.sorted(by: { $0.key < $1.key }) {
      findings += textFindings("attributes.\(name)", value, 0...Self.attributeCharactersMax)
      if let form = kind?.fields.first(where: { $0.name == name })?.form, !form.fits(value) {
        findings.append(
          SignalFinding(field: "attributes.\(name)", rule: "\(form.rawValue).form"))
      } else if let field = kind?.fields.first(where: { $0.name == name }),
        let broken = field.rule.broken(by: value)
      {
        findings.append(
          SignalFinding(field: "attributes.\(name)", rule: broken.rule, facts: broken.facts))
      }
    }
    return findings
  }

  /// Makes an area, or changes its name, parent or outline.
  package func save(_ entry: AreaEntry, by actor: Actor, request: String) async throws(MasterFault)
    -> Bool
  {
    let directory = engine.directory
    var findings = textFindings("code", entry.code, Self.codeCharacters)
    findings += textFindings("name", entry.name, Self.nameCharacters)
    if let parent = entry.parent, directory.areaIDs[parent] == nil {
      findings.append(SignalFinding(field: "parent", rule: "area.unknown", facts: ["area": parent]))
    }
    guard findings.isEmpty else { throw .refused(findings) }
    let known = directory.areaIDs[entry.code].flatMap { directory.areas[$0] }
    try unchanged(entry.seen, known?.tag)
    let area = Area(
      id: known?.id ?? engine.newID(), parent: entry.parent.flatMap { directory.areaIDs[$0] },
      level: entry.level, code: entry.code, name: entry.name, outline: entry.outline)
    if known == area { return false }
    let standing = known.map { Condition.areaStands($0) } ?? .codeAbsent(.area(entry.code))
    try await save(
      .area(area), "area", area.id.rawValue, standing, entry.seen != nil, actor, request)
    return true
  }

  /// Makes or changes a unit.
  package func save(_ entry: UnitEntry, by actor: Actor, request: String) async throws(MasterFault)
    -> Bool
  {
    let directory = engine.directory
    var findings = textFindings("code", entry.code, Self.codeCharacters)
    findings += textFindings("name", entry.name, Self.nameCharacters)
    if let parent = entry.parent, directory.unitIDs[parent] == nil {
      findings.append(SignalFinding(field: "parent", rule: "unit.unknown", facts: ["unit": parent]))
    }
    if let area = entry.area, directory.areaIDs[area] == nil {
      findings.append(SignalFinding(field: "area", rule: "area.unknown", facts: ["area": area]))
    }
    if !entry.hours.isEmpty, engine.catalogue.hours(code: entry.hours) == nil {
      findings.append(
        SignalFinding(field: "hours", rule: "hours.unknown", facts: ["hours": entry.hours]))
    }
    guard findings.isEmpty else { throw .refused(findings) }
    let known = directory.unitIDs[entry.code].flatMap { directory.units[$0] }
    try unchanged(entry.seen, known?.tag)
    let unit = Unit(
      id: known?.id ?? engine.newID(), parent: entry.parent.flatMap { directory.unitIDs[$0] },
      kind: entry.kind, code: entry.code, name: entry.name,
      area: entry.area.flatMap { directory.areaIDs[$0] }, hours: entry.hours, duties: entry.duties)
    if known == unit { return false }
    let standing = known.map { Condition.unitStands($0) } ?? .codeAbsent(.unit(entry.code))
    try await save(
      .unit(unit), "unit", unit.id.rawValue, standing, entry.seen != nil, actor, request)
    return true
  }

  /// Makes or changes a person.
  package func save(_ entry: StaffEntry, by actor: Actor, request: String) async throws(MasterFault)
    -> Bool
  {
    let directory = engine.directory
    var findings = textFindings("code", entry.code, Self.codeCharacters)
    findings += textFindings("name", entry.name, Self.nameCharacters)
    for post in entry.posts where !engine.catalogue.posts.contains(where: { $0.code == post }) {
      findings.append(SignalFinding(field: "posts", rule: "post.unknown", facts: ["post": post]))
    }
    if !PostPowers(engine.catalogue.posts.filter { entry.posts.contains($0.code) }).isSound {
      findings.append(SignalFinding(field: "posts", rule: "post.powers"))
    }
    if let area = entry.area, directory.areaIDs[area] == nil {
      findings.append(SignalFinding(field: "area", rule: "area.unknown", facts: ["area": area]))
    }
    guard let unit = directory.unitIDs[entry.unit] else {
      findings.append(
        SignalFinding(field: "unit", rule: "unit.unknown", facts: ["unit": entry.unit]))
      throw .refused(findings)
    }
    guard findings.isEmpty else { throw .refused(findings) }
    let known = directory.staffIDs[entry.code].flatMap { directory.staff[$0] }
    try unchanged(entry.seen, known?.tag)
    let staff = Staff(
      id: known?.id ?? engine.newID(), code: entry.code, name: entry.name, unit: unit,
      posts: entry.posts, area: entry.area.flatMap { directory.areaIDs[$0] }, active: entry.active)
    if known == staff { return false }
    let standing = known.map { Condition.staffStands($0) } ?? .codeAbsent(.staff(entry.code))
    try await save(
      .staff(staff), "staff", staff.id.rawValue, standing, entry.seen != nil, actor, request)
    return true
  }

  /// Whether a record stands as its editor saw it; who did not look, or makes a new one, may go on.
  private func unchanged(_ seen: String?, _ tag: String?) throws(MasterFault) {
    if let seen, let tag, seen != tag { throw .changed }
  }

  private func save(
    _ fact: Fact, _ kind: String, _ id: Int64, _ standing: Condition, _ isSeen: Bool,
    _ actor: Actor, _ request: String
  ) async throws(MasterFault) {
    do throws(StoreFault) {
      try await commit("\(kind).saved", kind, id, [standing], [fact], actor, request)
    } catch {
      if case .conflict = error { throw isSeen ? .changed : .crowded }
      throw .store(error)
    }
  }

  func commit(
    _ kind: String, _ subject: String, _ id: Int64, _ conditions: [Condition], _ facts: [Fact],
    _ actor: Actor, _ request: String
  ) async throws(StoreFault) {
    _ = try await engine.store.commit(
      ChangeSet(
        kind: kind, at: engine.time.now, actor: actor,
        subject: SubjectReference(kind: subject, id: id), request: request,
        conditions: conditions, facts: facts))
  }

  func textFindings(
    _ field: String, _ value: String, _ characters: ClosedRange<Int>
  ) -> [SignalFinding] {
    if value.count < characters.lowerBound {
      return [SignalFinding(field: field, rule: "field.required")]
    }
    if value.count > characters.upperBound {
      return [
        SignalFinding(
          field: field, rule: "text.too_long", facts: ["max": String(characters.upperBound)])
      ]
    }
    if value.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      return [SignalFinding(field: field, rule: "text.control")]
    }
    return []
  }
}

extension Thing {
  /// The same thing with another version, to tell whether anything else differs.
  func numbered(_ version: Int) -> Thing {
    Thing(
      id: id, kind: kind, code: code, name: name, address: address, area: area, owner: owner,
      geometry: geometry, position: position, attributes: attributes, version: version)
  }
}

extension KindField.Form {
  /// Whether a value, written as text, is of this form; an empty one says nothing and fits.
  func fits(_ value: String) -> Bool {
    if value.isEmpty { return true }
    switch self {
    case .text: return true
    case .number: return Double(value)?.isFinite ?? false
    case .boolean: return value == "true" || value == "false"
    case .date:
      let parts = value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard value.utf8.count == 10, parts.count == 3, let year = parts[0], let month = parts[1],
        let day = parts[2]
      else { return false }
      return CivilDate(year: year, month: month, day: day) != nil
    }
  }
}
