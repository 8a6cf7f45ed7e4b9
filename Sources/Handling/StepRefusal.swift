package import City
package import Pack

/// Why a step was refused. Every case is the caller's to show or handle.
package enum StepRefusal: Error, Equatable {
  case noEdge(from: String, action: String, possible: [String])
  case notYourPost(allowed: [String])
  case notYourUnit
  /// Whoever handled the case may not check it.
  case handlerMayNotVerify
  case missing(Set<Requirement>)
  case staleVersion(expected: Int, current: Int)
  case timeBeforeLastStep(at: Instant, last: Instant)
  case noteTooLong(length: Int, max: Int)
  /// NUL or another control character but line breaks and tabs.
  case noteNotText
  case tooMuchEvidence(count: Int, max: Int)
  /// The person does not belong to the unit that has or gets the case.
  case staffNotOfUnit
  /// The unit has the case already; dispatching to it again would only start its deadline anew.
  case sameUnit
  /// The step needs an open order and there is none.
  case noOrder
  /// The reason is none of the action's own.
  case unknownReason(String, allowed: [String])
  /// The case took this action as often as the flow lets it.
  case tooOften(action: String, max: Int)
  /// The flow lets this be done only until then.
  case tooLate(action: String, until: Instant)
  /// No clock runs that this could move.
  case noClock
  /// The time is used up: nothing gives it back.
  case clockOverdue(due: Instant)
  /// The flow's deadline is never extended.
  case noExtension
  /// More than one extension may add, or in another measure.
  case extensionTooLong(asked: TimeLimit, max: TimeLimit)
  /// One was asked for already and waits for its decision.
  case extensionAsked
  case noExtensionAsked
  /// Who asked may not decide.
  case askerMayNotDecide
  /// Assisting units are not done.
  case openParts([ID<Unit>])
  /// The unit has the case, or a part of it.
  case unitHasPart
  /// The unit has no part of the case, or none that this could be done with.
  case noPart
  /// No unit lies above the one that has the case.
  case noUnitAbove
  case partsTooMany(max: Int)
  /// Lines of the checklist that evidence lacks for.
  case evidenceIncomplete([String])
  case answersMissing([String])
  case unknownAnswer(String)
  case answerNotAllowed(field: String, allowed: [String])
  case answerTooLong(field: String, max: Int)
  /// Only the engine takes this, by what sensors say.
  case machineOnly
  /// The sensors of the case are not clear, or not for long enough yet, or nobody reported.
  case sensorNotClear(until: Instant?)
  /// The group was called on this case already.
  case groupCalled(String)
  /// No unit of the group is found here that has no part of the case yet.
  case groupEmpty(String)
  /// As many groups were called as one case may call.
  case callsTooMany(max: Int)
  case unknownGroup(String)
  /// The person holds no post that checks cases.
  case staffMayNotCheck(allowed: [String])
  /// Codes that nothing bears; raised where codes are looked up, before deciding.
  case unknownItem(String)
  case unknownUnit(String)
  case unknownStaff(String)

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .noEdge: "step.no_edge"
    case .notYourPost: "step.not_your_post"
    case .notYourUnit: "step.not_your_unit"
    case .handlerMayNotVerify: "step.handler_may_not_verify"
    case .missing: "step.missing"
    case .staleVersion: "step.stale_version"
    case .timeBeforeLastStep: "step.time_before_last_step"
    case .noteTooLong: "step.note_too_long"
    case .noteNotText: "step.note_not_text"
    case .tooMuchEvidence: "step.too_much_evidence"
    case .staffNotOfUnit: "step.staff_not_of_unit"
    case .sameUnit: "step.same_unit"
    case .noOrder: "step.no_order"
    case .unknownReason: "step.unknown_reason"
    case .tooOften: "step.too_often"
    case .tooLate: "step.too_late"
    case .noClock: "step.no_clock"
    case .clockOverdue: "step.clock_overdue"
    case .noExtension: "step.no_extension"
    case .extensionTooLong: "step.extension_too_long"
    case .extensionAsked: "step.extension_asked"
    case .noExtensionAsked: "step.no_extension_asked"
    case .askerMayNotDecide: "step.asker_may_not_decide"
    case .openParts: "step.open_parts"
    case .unitHasPart: "step.unit_has_part"
    case .noPart: "step.no_part"
    case .noUnitAbove: "step.no_unit_above"
    case .partsTooMany: "step.parts_too_many"
    case .evidenceIncomplete: "step.evidence_incomplete"
    case .answersMissing: "step.answer_missing"
    case .unknownAnswer: "step.answer_unknown"
    case .answerNotAllowed: "step.answer_not_allowed"
    case .answerTooLong: "step.answer_too_long"
    case .machineOnly: "step.machine_only"
    case .sensorNotClear: "step.sensor_not_clear"
    case .groupCalled: "step.group_called"
    case .groupEmpty: "step.group_empty"
    case .callsTooMany: "step.calls_too_many"
    case .unknownGroup: "step.unknown_group"
    case .staffMayNotCheck: "step.staff_may_not_check"
    case .unknownItem: "step.unknown_item"
    case .unknownUnit: "step.unknown_unit"
    case .unknownStaff: "step.unknown_staff"
    }
  }

  /// The field of the request that it is about; nil where it is about the actor.
  package var field: String? {
    switch self {
    case .noEdge, .noOrder, .tooOften, .tooLate, .noClock, .clockOverdue, .noExtension,
      .extensionAsked, .noExtensionAsked, .openParts, .partsTooMany, .noPart, .noUnitAbove,
      .evidenceIncomplete, .machineOnly, .sensorNotClear, .callsTooMany:
      "action"
    case .groupCalled, .groupEmpty, .unknownGroup: "group"
    case .unitHasPart: "unit"
    case .answersMissing, .unknownAnswer, .answerNotAllowed, .answerTooLong: "answers"
    case .notYourPost, .notYourUnit, .handlerMayNotVerify, .askerMayNotDecide: nil
    case .unknownReason: "reason"
    case .extensionTooLong: "limit"
    case .missing(let requirements):
      Requirement.allCases.first(where: requirements.contains).map(Self.field(of:))
    case .staleVersion: "version"
    case .timeBeforeLastStep: "at"
    case .noteTooLong, .noteNotText: "note"
    case .tooMuchEvidence: "evidence"
    case .staffNotOfUnit, .unknownStaff, .staffMayNotCheck: "staff"
    case .sameUnit, .unknownUnit: "unit"
    case .unknownItem: "item"
    }
  }

  /// What a person needs to know to mend it, by name; lists joined by commas, instants in
  /// milliseconds since 1970.
  package var facts: [String: String] {
    switch self {
    case .noEdge(let from, let action, let possible):
      ["stage": from, "action": action, "possible": possible.joined(separator: ",")]
    case .notYourPost(let allowed), .staffMayNotCheck(let allowed):
      ["allowed": allowed.joined(separator: ",")]
    case .missing(let requirements):
      [
        "missing": Requirement.allCases.filter(requirements.contains).map(\.rawValue)
          .joined(separator: ",")
      ]
    case .staleVersion(let expected, let current):
      ["expected": String(expected), "current": String(current)]
    case .timeBeforeLastStep(let at, let last):
      ["at": String(at.milliseconds), "last": String(last.milliseconds)]
    case .noteTooLong(let length, let max): ["length": String(length), "max": String(max)]
    case .tooMuchEvidence(let count, let max): ["count": String(count), "max": String(max)]
    case .unknownItem(let code), .unknownUnit(let code), .unknownStaff(let code),
      .unknownGroup(let code), .groupCalled(let code), .groupEmpty(let code):
      ["code": code]
    case .sensorNotClear(let until): until.map { ["until": String($0.milliseconds)] } ?? [:]
    case .callsTooMany(let max): ["max": String(max)]
    case .unknownReason(let code, let allowed):
      ["code": code, "allowed": allowed.joined(separator: ",")]
    case .tooOften(let action, let max): ["action": action, "max": String(max)]
    case .tooLate(let action, let until):
      ["action": action, "until": String(until.milliseconds)]
    case .clockOverdue(let due): ["due": String(due.milliseconds)]
    case .extensionTooLong(let asked, let max):
      [
        "asked": "\(asked.amount) \(asked.measure.rawValue)",
        "max": "\(max.amount) \(max.measure.rawValue)",
      ]
    case .openParts(let units):
      ["units": units.map { String($0.rawValue) }.joined(separator: ",")]
    case .partsTooMany(let max): ["max": String(max)]
    case .evidenceIncomplete(let lines): ["lines": lines.joined(separator: ",")]
    case .answersMissing(let fields): ["fields": fields.joined(separator: ",")]
    case .unknownAnswer(let field): ["field": field]
    case .answerNotAllowed(let field, let allowed):
      ["field": field, "allowed": allowed.joined(separator: ",")]
    case .answerTooLong(let field, let max): ["field": field, "max": String(max)]
    case .unitHasPart, .noPart, .notYourUnit, .handlerMayNotVerify, .noteNotText, .staffNotOfUnit,
      .sameUnit, .noOrder,
      .noClock, .noExtension, .extensionAsked, .noExtensionAsked, .askerMayNotDecide,
      .noUnitAbove, .machineOnly:
      [:]
    }
  }

  private static func field(of requirement: Requirement) -> String {
    switch requirement {
    case .photo, .document, .evidence: "evidence"
    case .note, .unit, .staff, .item, .reason, .limit, .group: requirement.rawValue
    }
  }
}
