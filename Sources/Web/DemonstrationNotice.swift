package import JSONText

/// One account of a demonstration district.
package struct DemonstrationLogin: Sendable {
  package let login: String
  /// What its post is called.
  package let post: String
  /// Empty in a folder made before there were these, as what follows.
  package let postCode: String
  /// The unit's id.
  package let unit: String
  package let unitName: String
  /// Whether it is there so that its unit's orders can be taken up, and shows no post of its own.
  package let isOfUnit: Bool

  package init(
    login: String, post: String, postCode: String, unit: String, unitName: String, isOfUnit: Bool
  ) {
    self.login = login
    self.post = post
    self.postCode = postCode
    self.unit = unit
    self.unitName = unitName
    self.isOfUnit = isOfUnit
  }

  /// As the folder keeps it and as the sign-in page reads it.
  package func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("login", login)
    writer.member("post", post)
    writer.member("postCode", postCode)
    writer.member("unit", unit)
    writer.member("unitName", unitName)
    writer.member("isOfUnit", isOfUnit)
    writer.endObject()
  }
}

/// The accounts of a demonstration district.
package struct DemonstrationNotice: Sendable {
  package let logins: [DemonstrationLogin]
  package let password: String

  package init(logins: [DemonstrationLogin], password: String) {
    self.logins = logins
    self.password = password
  }
}
