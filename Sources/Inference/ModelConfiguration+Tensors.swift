import GGUF

extension ModelConfiguration {
  /// Reads the constants, and checks that the file has the tensors which they ask for and no other.
  public init(checkingTensorsOf file: GGUFFile) throws(ModelError) {
    self = try ModelConfiguration(file)
    _ = try WeightPlan(file, self)
  }
}
