/// One sort of finding. Its raw value is its code, which never changes once released.
package enum FindingKind: String, CaseIterable, Sendable {
  // Files and their text.
  case folderMissing = "folder.missing"
  case fileUnreadable = "file.unreadable"
  case fileNotPlain = "file.not_plain"
  case fileUnknown = "file.unknown"
  case fileMissing = "file.missing"
  case fileTooLarge = "file.too_large"
  case filesTooMany = "files.too_many"
  case filesTooLarge = "files.too_large"
  case textNotUTF8 = "text.not_utf8"
  case textHasNUL = "text.nul"
  case yamlSyntax = "yaml.syntax"
  case yamlEmpty = "yaml.empty"
  case yamlManyDocuments = "yaml.many_documents"
  case yamlAlias = "yaml.alias"
  case yamlTag = "yaml.tag"
  case yamlKeyTwice = "yaml.key_twice"
  case yamlKeyNotText = "yaml.key_not_text"
  case yamlTooDeep = "yaml.too_deep"
  case yamlTooManyNodes = "yaml.too_many_nodes"

  // Values.
  case keyUnknown = "key.unknown"
  case keyMissing = "key.missing"
  case valueWrongType = "value.wrong_type"
  case valueEmpty = "value.empty"
  case valueTooLong = "value.too_long"
  case valueTooMany = "value.too_many"
  case valueOutOfRange = "value.out_of_range"
  case valueNotCode = "value.not_code"
  case valueNotAllowed = "value.not_allowed"
  case valueNotDate = "value.not_date"
  case valueNotSpan = "value.not_span"
  case valueTwice = "value.twice"

  // References and the pack as a whole.
  case codeTwice = "code.twice"
  case nameTwice = "name.twice"
  case referenceUnknown = "reference.unknown"
  case categoryCycle = "category.cycle"
  case dependencyMissing = "pack.dependency_missing"
  case dependencyCycle = "pack.dependency_cycle"
  case dependencyRefused = "pack.dependency_refused"
  case idNotFolder = "pack.id_not_folder"
  case setLacks = "set.lacks"

  // Items.
  case itemNoHandleClock = "item.no_handle_clock"
  case itemEvidence = "item.evidence"
  case itemJoin = "item.join"
  case ruleLast = "rule.last_conditional"
  case ruleUnreachable = "rule.unreachable"
  case rulePlace = "rule.place"
  case wordShared = "word.shared"
  case wordShort = "word.short"
  case itemUntold = "item.untold"

  // Flows.
  case flowNoFinal = "flow.no_final"
  case flowNoDispatch = "flow.no_dispatch"
  case flowReplaces = "flow.replaces"
  case stageUnreachable = "flow.stage_unreachable"
  case stageDeadEnd = "flow.stage_dead_end"
  case stageNoWayOut = "flow.stage_no_way_out"
  case stageFinalLeft = "flow.final_left"
  case edgeNobody = "flow.edge_nobody"
  case postPowers = "post.powers"
  case edgePostCannotHandle = "flow.edge_post_cannot_handle"
  case edgeTwice = "flow.edge_twice"
  case edgeCloses = "flow.edge_closes"
  case stageNoClock = "flow.stage_no_clock"
  case clockDeadlines = "flow.clock_deadlines"
  case clockMoment = "flow.clock_moment"
  case clockShares = "flow.clock_shares"
  case clockPause = "flow.clock_pause"
  case edgeReopens = "flow.edge_reopens"
  case edgeMachine = "flow.edge_machine"
  case groupMembers = "group.members"

  // Hours, calendars, kinds, profiles.
  case hoursNone = "hours.none"
  case hoursOverlap = "hours.overlap"
  case holidayBackwards = "calendar.holiday_backwards"
  case dayOutsideYear = "calendar.outside_year"
  case holidaysOverlap = "calendar.holidays_overlap"
  case makeUpWeekday = "calendar.make_up_weekday"
  case makeUpHoliday = "calendar.make_up_holiday"
  case profileColumns = "profile.columns"

  // Devices.
  case measureRange = "measure.range"
  case mappingNoSource = "mapping.no_source"
  case mappingPath = "mapping.path"
  case mappingTopic = "mapping.topic"
  case valueNotNumber = "value.not_number"

  // Rules over observations.
  case ruleMeasure = "device_rule.measure"
  case ruleLevels = "device_rule.levels"
  case ruleWindow = "device_rule.window"
  case rulePlaceholder = "device_rule.placeholder"

  // Vitals and the report.
  case vitalLimits = "vital.limits"
  case vitalCondition = "vital.condition"
  case checkUpText = "checkup.text"
  case evaluationPoints = "evaluation.points"
  case evaluationPart = "evaluation.part"
  case evaluationStock = "evaluation.stock"
  case warningTruth = "warning.truth"
  case hazardCircle = "hazard.circle"
  case goalForm = "goal.form"
  // Risk models.
  case riskLines = "risk.lines"
  case ledgerCircle = "ledger.circle"
  case riskScale = "risk.scale"
  case riskField = "risk.field"
  case riskDate = "risk.date"

  // Policies.
  case policyBackwards = "policy.backwards"
  case policyNumber = "policy.number"

  // Fields and views.
  case fieldRule = "field.rule"
  case viewPart = "view.part"
  // Supervision.
  case ladderCause = "ladder.cause"
  case ladderAfter = "ladder.after"
  case ladderReply = "ladder.reply"
  case noticeNobody = "notice.nobody"
  case retentionStays = "retention.stays"
  case purposeBasis = "purpose.basis"

  // Stories.
  case storySyntax = "story.syntax"
  case storyNoWords = "story.no_words"
  case storyHead = "story.head"
  case storyEmpty = "story.empty"
  case storyBackwards = "story.backwards"
  case storyNoCase = "story.no_case"

  /// Programs switch on it.
  package var code: String { rawValue }

  /// Whether it refuses the pack.
  package var severity: FindingSeverity { Self.warnings.contains(self) ? .warning : .error }

  private static let warnings: Set<FindingKind> = [
    .ruleUnreachable, .rulePlace, .wordShared, .wordShort, .itemUntold,
  ]

  /// Its sentence with facts in place; a fact that is missing shows as `?`.
  func message(_ facts: [String: String]) -> String {
    var message = ""
    var rest = Substring(Self.sentences[self] ?? code)
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      message += rest[..<open]
      message += facts[String(rest[rest.index(after: open)..<close])] ?? "?"
      rest = rest[rest.index(after: close)...]
    }
    return message + rest
  }

  /// For the pack's author; facts stand in braces.
  private static let sentences: [FindingKind: String] = [
    .folderMissing: "there is no such folder, or it cannot be read",
    .fileUnreadable: "the file cannot be read",
    .fileNotPlain: "only plain files and folders belong into a pack, no links",
    .fileUnknown: "no file of a pack has this name; known: {allowed}",
    .fileMissing: "the pack lacks this file",
    .fileTooLarge: "the file has more than {max} bytes",
    .filesTooMany: "the pack has more than {max} files",
    .filesTooLarge: "the pack's files have more than {max} bytes together",
    .textNotUTF8: "the file is not valid UTF-8",
    .textHasNUL: "the file holds a NUL byte",
    .yamlSyntax: "not YAML: {detail}",
    .yamlEmpty: "the file holds nothing",
    .yamlManyDocuments: "a file holds one document only",
    .yamlAlias: "anchors and aliases are not allowed",
    .yamlTag: "tags are not allowed",
    .yamlKeyTwice: "the key `{key}` stands here twice",
    .yamlKeyNotText: "a key must be plain text",
    .yamlTooDeep: "nested deeper than {max} levels",
    .yamlTooManyNodes: "more than {max} values in one file",
    .keyUnknown: "`{key}` is no key of {what}; known: {allowed}",
    .keyMissing: "{what} lacks the key `{key}`",
    .valueWrongType: "`{key}` must be {expected}",
    .valueEmpty: "`{key}` must not be empty",
    .valueTooLong: "`{key}` is longer than {max} characters",
    .valueTooMany: "`{key}` has more than {max} elements",
    .valueOutOfRange: "`{key}` is {value}; allowed: {min} to {max}",
    .valueNotCode:
      "`{value}` is no code: ASCII letters and digits with single hyphens between, at most {max}",
    .valueNotAllowed: "`{value}` is not known for `{key}`; allowed: {allowed}",
    .valueNotDate: "`{value}` is no date; write 2026-01-31",
    .valueNotSpan: "`{value}` is no span of a day; write 09:00-12:00",
    .valueTwice: "`{value}` stands twice in `{key}`",
    .codeTwice: "the {what} `{code}` is defined twice",
    .nameTwice: "two {what} are called `{name}`: people could not tell them apart",
    .referenceUnknown: "there is no {what} `{code}`",
    .categoryCycle: "the category `{code}` lies within itself",
    .dependencyMissing: "the pack depends on `{code}`, which is not there",
    .dependencyCycle: "the packs depend on each other in a circle: {codes}",
    .dependencyRefused: "the pack depends on `{code}`, which was refused",
    .idNotFolder: "the pack's id `{code}` must be the name of its folder",
    .setLacks: "no pack defines any {what}; at least one is needed",
    .itemNoHandleClock: "the item `{code}` has no clock named `handle`",
    .itemEvidence: "`{value}` is no evidence; allowed: note, photo, document",
    .itemJoin: "joinMetres and joinHours must both be 0 or both be above it",
    .ruleLast: "the last rule of `{code}` must fit always: place district, no thingKind, no areas",
    .ruleUnreachable: "this rule is never tried: the rule before it fits always",
    .rulePlace: "the duty `{duty}` is held at {level} level, but the rule asks at {place}",
    .wordShared: "the word `{word}` belongs to `{other}` too",
    .wordShort: "the word `{word}` is too short to tell anything",
    .itemUntold: "no story dispatches the item `{code}`",
    .flowNoFinal: "the flow `{code}` has no final stage",
    .flowNoDispatch: "nothing in the flow `{code}` dispatches",
    .flowReplaces: "the flow `{code}` replaces its version {version}, which is no earlier one",
    .stageUnreachable: "nothing leads from the start to the stage `{stage}`",
    .stageDeadEnd: "nothing leads out of the stage `{stage}`, yet it is not final",
    .stageNoWayOut: "no way leads from the stage `{stage}` to a final one",
    .stageFinalLeft: "`{action}` leads out of the final stage `{stage}`",
    .edgeNobody: "nobody may take `{action}` from `{stage}`: posts are missing",
    .postPowers: "the post `{code}` holds {powers} beside work that others watch",
    .edgePostCannotHandle: "the post `{post}` takes `{action}` but has no permission `handle`",
    .edgeTwice: "`{action}` leads from `{stage}` twice",
    .edgeCloses: "`{action}`: an edge has the effect close exactly where it leads to a final stage",
    .stageNoClock: "a case may wait in the stage `{stage}` while no clock runs",
    .clockDeadlines: "{count} clocks of the flow `{code}` are marked isDeadline; one must be",
    .clockMoment: "the clock `{code}` {moment} at `{value}`, which the flow does not have",
    .clockShares: "the clock `{code}` must turn yellow before it turns red",
    .clockPause: "the clock `{code}` is paused, so it needs resumes and pauseMax, and no others do",
    .edgeReopens: "`{action}`: only an edge out of a final stage has the effect reopen",
    .edgeMachine: "`{action}`: an edge that the engine takes needs {needs}, and no other has it",
    .groupMembers: "the group `{code}` has {count} members; it may have 1 to {max}, none twice",
    .hoursNone: "the hours `{code}` hold no working time at all",
    .hoursOverlap: "spans of the hours `{code}` overlap or are out of order",
    .holidayBackwards: "the holiday ends before it begins",
    .dayOutsideYear: "{date} lies outside {year}",
    .holidaysOverlap: "the holiday overlaps `{other}`",
    .makeUpWeekday: "{date} is a weekday, which is worked anyway",
    .makeUpHoliday: "{date} lies within the holiday `{other}`",
    .profileColumns: "the profile `{code}` needs {what}",
    .measureRange: "the range of the measure `{code}` must go from less to more",
    .mappingNoSource: "the mapping `{code}` needs a topic or a contentType",
    .mappingPath: "`{value}` is no path; write a.b.0, or $.a.b from the whole payload",
    .mappingTopic: "the mapping `{code}` takes the device from a topic, but names none",
    .valueNotNumber: "`{key}` must be a number",
    .ruleMeasure: "the kind `{kind}` has no measure `{code}`",
    .ruleLevels: "levels of the rule `{code}`: {detail}",
    .ruleWindow: "the rule `{code}`: {detail}",
    .rulePlaceholder: "`{value}` in braces is nothing that an alarm can say; known: {allowed}",
    .vitalCondition: "`where` asks for fields of things, nothing else",
    .vitalLimits: "the vital `{code}`: {detail}",
    .evaluationPoints: "the parts of `{code}` come to {sum} points, not {max}",
    .evaluationPart: "`full` and `zero` of the part `{code}` must differ",
    .evaluationStock: "the part `{code}` counts a stock, which belongs to no period",
    .checkUpText: "the report lacks the text `{name}`",
    .warningTruth: "`truth` of the warning `{code}` needs items or rules",
    .hazardCircle: "the chain leads from `{code}` back to itself",
    .goalForm: "the goal `{code}`: {detail}",
    .ledgerCircle: "a late line is reported under `{item}`, which the ledger itself lists",
    .riskLines: "lines of the risk model `{code}`: {detail}",
    .riskScale: "points of the factor: {detail}",
    .riskField: "the kind `{kind}` has no field `{code}`",
    .riskDate: "the kind `{kind}` has no field `{code}` that holds a date",
    .policyBackwards: "the policy `{code}` ends before it begins",
    .policyNumber: "the kind `{kind}` has no field `{code}` that holds a number",
    .fieldRule: "the field `{code}`: {detail}",
    .viewPart: "a part shows exactly one of: {forms}",
    .ladderCause: "the line `{code}` waits for a light or for people, for one of them",
    .ladderAfter: "the line `{code}` may come later only after the light `overdue`",
    .ladderReply: "the line `{code}`: an order wants a `reply`, a reminder none",
    .noticeNobody: "the template `{code}` tells a unit's people, but names no posts",
    .retentionStays: "`{code}`: {data} do not end by themselves, so the rule has no `days`",
    .purposeBasis:
      "`{code}`: handling a report is a duty, other uses may ask; only a consent is `asked` for",
    .storySyntax: "cannot read this line: {detail}",
    .storyNoWords: "neither this pack nor one it depends on has {file}",
    .storyHead: "the story lacks {what}",
    .storyEmpty: "nothing happens in the story",
    .storyBackwards: "time runs backwards here",
    .storyNoCase: "no signal came before, so there is no case to act on",
  ]
}
