/// How much of a model is stored as one type.
struct TypeTotal: Encodable {
  let type: String
  private(set) var tensors = 0
  private(set) var parameters = 0
  private(set) var bytes = 0

  private init(type: String) { self.type = type }

  /// One for each type, in the order in which tensors first have them.
  static func totals(_ tensors: [(type: String, parameters: Int, bytes: Int)]) -> [TypeTotal] {
    tensors.reduce(into: []) { totals, tensor in
      let index = totals.firstIndex { $0.type == tensor.type } ?? totals.count
      if index == totals.count { totals.append(TypeTotal(type: tensor.type)) }
      totals[index].tensors += 1
      totals[index].parameters += tensor.parameters
      totals[index].bytes += tensor.bytes
    }
  }

  /// Lines for people.
  static func table(_ totals: [TypeTotal]) -> [String] {
    ModelReport.table(
      totals.map { [$0.type, "\($0.tensors)", "\($0.parameters)", ModelReport.size($0.bytes)] },
      header: ["type", "tensors", "parameters", "size"])
  }
}
