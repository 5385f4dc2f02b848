/// A `model.safetensors.index.json`: which file of the folder holds which tensors.
struct ShardIndex {
  /// In the order of the files' names.
  let files: [(name: String, tensors: [String])]

  init(_ fields: JSONFields) throws(ConversionError) {
    let map = try fields.required("weight_map", fields.fields("weight_map"))
    var tensors: [String: [String]] = [:]
    for (tensor, value) in zip(map.object.keys, map.object.values) {
      guard case .string(let name) = value else {
        throw fields.error(.wrongFieldType("weight_map.\(tensor)", expected: "string", found: value.kind))
      }
      guard Self.isPlainName(name) else { throw fields.error(.unsafeFileName(tensor: tensor, name)) }
      tensors[name, default: []].append(tensor)
    }
    files = tensors.sorted { $0.key < $1.key }.map { (name: $0.key, tensors: $0.value) }
  }

  /// Whether `name` can only be a file in the folder itself.
  static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255 && name != "." && name != ".."
      && name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != 0 }
  }
}
