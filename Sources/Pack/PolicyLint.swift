import City

// What is wrong with policies.
extension PackLint {
  mutating func checkPolicies() {
    var versions: Set<String> = []
    for (index, policy) in pack.policies.enumerated() {
      let subject = PackSubject(.policies, index)
      require(policy.kind, in: known.kinds, "kind", subject)
      if !versions.insert("\(policy.code) \(policy.from.daysSinceEpoch)").inserted {
        report(.codeTwice, subject, ["what": "policy", "code": policy.code])
      }
      if let to = policy.to, to < policy.from {
        report(.policyBackwards, subject, ["code": policy.code])
      }
      guard known.kinds.contains(policy.kind) else { continue }
      let inputs = policy.conditions.map(\.input)
      for input in inputs { check(input, of: policy.kind, subject) }
      for field in policy.amount.fields + [policy.locked].compactMap(\.self)
      where known.fields["\(policy.kind) \(field)"] != .number {
        report(.policyNumber, subject, ["kind": policy.kind, "code": field])
      }
    }
  }
}
