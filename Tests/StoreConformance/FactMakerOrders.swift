import City

extension FactMaker {
  mutating func order() -> WorkOrder {
    var order = WorkOrder(
      id: id(), case: id(), unit: unitPath(), staff: optional { $0.id() },
      state: source.pick(WorkOrderState.allCases), openedAt: instant(),
      due: optional { $0.instant() }, acceptedAt: optional { $0.instant() },
      reportedAt: optional { $0.instant() }, endedAt: optional { $0.instant() })
    order.parent = optional { $0.id() }
    return order
  }
}
