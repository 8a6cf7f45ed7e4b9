// Every sort of finding, in one table. Codes never change once released.

// Files and their text.
extension FindingKind {
  package static let folderMissing = FindingKind(
    "folder.missing", .error, "there is no such folder, or it cannot be read")
  package static let fileUnreadable = FindingKind(
    "file.unreadable", .error, "the file cannot be read")
  package static let fileNotPlain = FindingKind(
    "file.not_plain", .error, "only plain files and folders belong into a pack, no links")
  package static let fileUnknown = FindingKind(
    "file.unknown", .error, "no file of a pack has this name; known: {allowed}")
  package static let fileMissing = FindingKind(
    "file.missing", .error, "the pack lacks this file")
  package static let fileTooLarge = FindingKind(
    "file.too_large", .error, "the file has more than {max} bytes")
  package static let filesTooMany = FindingKind(
    "files.too_many", .error, "the pack has more than {max} files")
  package static let filesTooLarge = FindingKind(
    "files.too_large", .error, "the pack's files have more than {max} bytes together")
  package static let textNotUTF8 = FindingKind(
    "text.not_utf8", .error, "the file is not valid UTF-8")
  package static let textHasNUL = FindingKind(
    "text.nul", .error, "the file holds a NUL byte")
  package static let yamlSyntax = FindingKind("yaml.syntax", .error, "not YAML: {detail}")
  package static let yamlEmpty = FindingKind("yaml.empty", .error, "the file holds nothing")
  package static let yamlManyDocuments = FindingKind(
    "yaml.many_documents", .error, "a file holds one document only")
  package static let yamlAlias = FindingKind(
    "yaml.alias", .error, "anchors and aliases are not allowed")
  package static let yamlTag = FindingKind("yaml.tag", .error, "tags are not allowed")
  package static let yamlKeyTwice = FindingKind(
    "yaml.key_twice", .error, "the key `{key}` stands here twice")
  package static let yamlKeyNotText = FindingKind(
    "yaml.key_not_text", .error, "a key must be plain text")
  package static let yamlTooDeep = FindingKind(
    "yaml.too_deep", .error, "nested deeper than {max} levels")
  package static let yamlTooManyNodes = FindingKind(
    "yaml.too_many_nodes", .error, "more than {max} values in one file")
}

// Values.
extension FindingKind {
  package static let keyUnknown = FindingKind(
    "key.unknown", .error, "`{key}` is no key of {what}; known: {allowed}")
  package static let keyMissing = FindingKind("key.missing", .error, "{what} lacks the key `{key}`")
  package static let valueWrongType = FindingKind(
    "value.wrong_type", .error, "`{key}` must be {expected}")
  package static let valueEmpty = FindingKind("value.empty", .error, "`{key}` must not be empty")
  package static let valueTooLong = FindingKind(
    "value.too_long", .error, "`{key}` is longer than {max} characters")
  package static let valueTooMany = FindingKind(
    "value.too_many", .error, "`{key}` has more than {max} elements")
  package static let valueOutOfRange = FindingKind(
    "value.out_of_range", .error, "`{key}` is {value}; allowed: {min} to {max}")
  package static let valueNotCode = FindingKind(
    "value.not_code", .error,
    "`{value}` is no code: ASCII letters and digits with single hyphens between, at most {max}")
  package static let valueNotAllowed = FindingKind(
    "value.not_allowed", .error, "`{value}` is not known for `{key}`; allowed: {allowed}")
  package static let valueNotDate = FindingKind(
    "value.not_date", .error, "`{value}` is no date; write 2026-01-31")
  package static let valueNotSpan = FindingKind(
    "value.not_span", .error, "`{value}` is no span of a day; write 09:00-12:00")
  package static let valueTwice = FindingKind(
    "value.twice", .error, "`{value}` stands twice in `{key}`")
}

// References and the pack as a whole.
extension FindingKind {
  package static let codeTwice = FindingKind(
    "code.twice", .error, "the {what} `{code}` is defined twice")
  package static let nameTwice = FindingKind(
    "name.twice", .error, "two {what} are called `{name}`: people could not tell them apart")
  package static let referenceUnknown = FindingKind(
    "reference.unknown", .error, "there is no {what} `{code}`")
  package static let categoryCycle = FindingKind(
    "category.cycle", .error, "the category `{code}` lies within itself")
  package static let dependencyMissing = FindingKind(
    "pack.dependency_missing", .error, "the pack depends on `{code}`, which is not there")
  package static let dependencyCycle = FindingKind(
    "pack.dependency_cycle", .error, "the packs depend on each other in a circle: {codes}")
  package static let dependencyRefused = FindingKind(
    "pack.dependency_refused", .error, "the pack depends on `{code}`, which was refused")
  package static let idNotFolder = FindingKind(
    "pack.id_not_folder", .error, "the pack's id `{code}` must be the name of its folder")
  package static let setLacks = FindingKind(
    "set.lacks", .error, "no pack defines any {what}; at least one is needed")
}

// Items.
extension FindingKind {
  package static let itemNoHandleClock = FindingKind(
    "item.no_handle_clock", .error, "the item `{code}` has no clock named `handle`")
  package static let itemEvidence = FindingKind(
    "item.evidence", .error, "`{value}` is no evidence; allowed: note, photo, document")
  package static let itemJoin = FindingKind(
    "item.join", .error, "joinMetres and joinHours must both be 0 or both be above it")
  package static let ruleLast = FindingKind(
    "rule.last_conditional", .error,
    "the last rule of `{code}` must fit always: place district, no thingKind, no areas")
  package static let ruleUnreachable = FindingKind(
    "rule.unreachable", .warning, "this rule is never tried: the rule before it fits always")
  package static let rulePlace = FindingKind(
    "rule.place", .warning,
    "the duty `{duty}` is held at {level} level, but the rule asks at {place}")
  package static let wordShared = FindingKind(
    "word.shared", .warning, "the word `{word}` belongs to `{other}` too")
  package static let wordShort = FindingKind(
    "word.short", .warning, "the word `{word}` is too short to tell anything")
  package static let itemUntold = FindingKind(
    "item.untold", .warning, "no story dispatches the item `{code}`")
}

// Flows.
extension FindingKind {
  package static let flowNoFinal = FindingKind(
    "flow.no_final", .error, "the flow `{code}` has no final stage")
  package static let flowNoDispatch = FindingKind(
    "flow.no_dispatch", .error, "nothing in the flow `{code}` dispatches")
  package static let stageUnreachable = FindingKind(
    "flow.stage_unreachable", .error, "nothing leads from the start to the stage `{stage}`")
  package static let stageDeadEnd = FindingKind(
    "flow.stage_dead_end", .error, "nothing leads out of the stage `{stage}`, yet it is not final")
  package static let stageNoWayOut = FindingKind(
    "flow.stage_no_way_out", .error, "no way leads from the stage `{stage}` to a final one")
  package static let stageFinalLeft = FindingKind(
    "flow.final_left", .error, "`{action}` leads out of the final stage `{stage}`")
  package static let edgeNobody = FindingKind(
    "flow.edge_nobody", .error, "nobody may take `{action}` from `{stage}`: posts are missing")
  package static let edgePostCannotHandle = FindingKind(
    "flow.edge_post_cannot_handle", .error,
    "the post `{post}` takes `{action}` but has no permission `handle`")
  package static let edgeTwice = FindingKind(
    "flow.edge_twice", .error, "`{action}` leads from `{stage}` twice")
  package static let edgeCloses = FindingKind(
    "flow.edge_closes", .error,
    "`{action}`: an edge has the effect close exactly where it leads to a final stage")
}

// Hours, calendars, kinds, profiles.
extension FindingKind {
  package static let hoursNone = FindingKind(
    "hours.none", .error, "the hours `{code}` hold no working time at all")
  package static let hoursOverlap = FindingKind(
    "hours.overlap", .error, "spans of the hours `{code}` overlap or are out of order")
  package static let holidayBackwards = FindingKind(
    "calendar.holiday_backwards", .error, "the holiday ends before it begins")
  package static let dayOutsideYear = FindingKind(
    "calendar.outside_year", .error, "{date} lies outside {year}")
  package static let holidaysOverlap = FindingKind(
    "calendar.holidays_overlap", .error, "the holiday overlaps `{other}`")
  package static let makeUpWeekday = FindingKind(
    "calendar.make_up_weekday", .error, "{date} is a weekday, which is worked anyway")
  package static let makeUpHoliday = FindingKind(
    "calendar.make_up_holiday", .error, "{date} lies within the holiday `{other}`")
  package static let profileColumns = FindingKind(
    "profile.columns", .error, "the profile `{code}` needs {what}")
}

// Stories.
extension FindingKind {
  package static let storySyntax = FindingKind(
    "story.syntax", .error, "cannot read this line: {detail}")
  package static let storyHead = FindingKind("story.head", .error, "the story lacks {what}")
  package static let storyEmpty = FindingKind("story.empty", .error, "nothing happens in the story")
  package static let storyBackwards = FindingKind(
    "story.backwards", .error, "time runs backwards here")
  package static let storyNoCase = FindingKind(
    "story.no_case", .error, "no signal came before, so there is no case to act on")
}
