import City
import JSONText
import Ports

// Accounts, their secrets, grants, and who saw whom, in a journal body.

enum AccountCoding {
  static let names: Set = [
    "id", "login", "staff", "passwordHash", "active", "passwordSet", "factor",
  ]

  static func write(_ account: Account, _ writer: inout JSONWriter) {
    writer.member("id", account.id)
    writer.text("login", account.login)
    writer.member("staff", account.staff)
    writer.text("passwordHash", account.passwordHash)
    writer.member("active", account.active)
    writer.member("passwordSet", account.passwordSetAt)
    if let factor = account.factor {
      writer.object("factor") { FactorCoding.write(factor, &$0) }
    }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Account {
    var account = Account(
      id: try fields.id("id"), login: try fields.text("login"), staff: try fields.id("staff"),
      passwordHash: try fields.text("passwordHash"), active: try fields.bool("active"))
    account.passwordSetAt = try fields.optionalInstant("passwordSet")
    if let value = fields.take("factor") {
      var inner = try FactFields(value, of: fields.fact)
      account.factor = try FactorCoding.read(&inner)
    }
    try fields.finish(names)
    return account
  }
}

enum FactorCoding {
  static let names: Set = ["secret", "confirmed", "lastSpan", "recovery"]

  static func write(_ factor: SecondFactor, _ writer: inout JSONWriter) {
    writer.sealed("secret", factor.secret)
    writer.member("confirmed", factor.confirmed)
    writer.member("lastSpan", factor.lastSpan)
    writer.files("recovery", factor.recovery.map { FileDigest($0) })
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> SecondFactor {
    guard let secret = try fields.optionalSealed("secret") else { throw fields.missing("secret") }
    let factor = SecondFactor(
      secret: secret, confirmed: try fields.bool("confirmed"),
      lastSpan: try fields.integer("lastSpan"),
      recovery: try fields.files("recovery").map(\.digest))
    try fields.finish(names)
    return factor
  }
}

enum CredentialCoding {
  static let names: Set = [
    "secretHash", "form", "account", "label", "created", "expires", "revoked", "permissions",
    "networks", "source",
  ]

  static func write(_ credential: Credential, _ writer: inout JSONWriter) {
    writer.blob("secretHash", credential.secretHash.bytes)
    writer.member("form", credential.form.rawValue)
    writer.member("account", credential.account)
    writer.textUnlessEmpty("label", credential.label)
    writer.member("created", credential.createdAt)
    writer.member("expires", credential.expiresAt)
    writer.member("revoked", credential.revoked)
    writer.texts("permissions", credential.permissions.map(\.rawValue).sorted())
    writer.texts("networks", credential.networks)
    if let source = credential.source {
      writer.object("source") { writer in
        writer.text("subject", source.subject)
        writer.textUnlessEmpty("session", source.session)
      }
    }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Credential {
    var credential = Credential(
      secretHash: try fields.digest("secretHash"), form: try fields.word("form"),
      account: try fields.id("account"), label: try fields.textOrEmpty("label"),
      createdAt: try fields.instant("created"), expiresAt: try fields.instant("expires"),
      revoked: try fields.bool("revoked"))
    for word in try fields.texts("permissions") {
      guard let permission = Permission(rawValue: word) else { throw fields.wrong("permissions") }
      credential.permissions.insert(permission)
    }
    credential.networks = try fields.texts("networks")
    if let value = fields.take("source") {
      var inner = try FactFields(value, of: fields.fact)
      credential.source = SignOnSource(
        subject: try inner.text("subject"), session: try inner.textOrEmpty("session"))
      try inner.finish(["subject", "session"])
    }
    try fields.finish(names)
    return credential
  }
}

enum GrantCoding {
  static let names: Set = [
    "id", "form", "staff", "giver", "posts", "wide", "reason", "from", "to",
  ]

  static func write(_ grant: Grant, _ writer: inout JSONWriter) {
    writer.member("id", grant.id)
    writer.member("form", grant.form.rawValue)
    writer.member("staff", grant.staff)
    writer.member("giver", grant.giver)
    writer.texts("posts", grant.posts)
    writer.member("wide", grant.isWide)
    writer.textUnlessEmpty("reason", grant.reason)
    writer.member("from", grant.from)
    writer.member("to", grant.to)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Grant {
    let grant = Grant(
      id: try fields.id("id"), form: try fields.word("form"), staff: try fields.id("staff"),
      giver: try fields.id("giver"), posts: try fields.texts("posts"),
      isWide: try fields.bool("wide"), reason: try fields.textOrEmpty("reason"),
      from: try fields.instant("from"), to: try fields.instant("to"))
    try fields.finish(names)
    return grant
  }
}

enum RevealCoding {
  static let names: Set = ["id", "at", "staff", "case", "reporter", "duty", "reason", "foreign"]

  static func write(_ reveal: Reveal, _ writer: inout JSONWriter) {
    writer.member("id", reveal.id)
    writer.member("at", reveal.at)
    writer.member("staff", reveal.staff)
    writer.member("case", reveal.case)
    writer.member("reporter", reveal.reporter)
    writer.member("duty", reveal.duty.rawValue)
    writer.textUnlessEmpty("reason", reveal.reason)
    writer.member("foreign", reveal.isForeign)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Reveal {
    let reveal = Reveal(
      id: try fields.id("id"), at: try fields.instant("at"), staff: try fields.id("staff"),
      case: try fields.id("case"), reporter: try fields.id("reporter"),
      duty: try fields.word("duty"), reason: try fields.textOrEmpty("reason"),
      isForeign: try fields.bool("foreign"))
    try fields.finish(names)
    return reveal
  }
}
