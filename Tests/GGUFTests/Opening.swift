import GGUF
import SystemPackage
import TestSupport

/// Writes the bytes to a file and opens it.
func open(_ bytes: [UInt8]) throws -> GGUFFile {
  let directory = try TemporaryDirectory()
  return try GGUFFile(path: directory.write(bytes, to: "model.gguf"))
}

/// What is wrong with a file of these bytes, or nil when it opens.
func problem(_ file: GGUFBytes) throws -> GGUFProblem? {
  try problem(file.bytes)
}

/// What is wrong with a file of these bytes, or nil when it opens. The error must name the file.
func problem(_ bytes: [UInt8]) throws -> GGUFProblem? {
  let directory = try TemporaryDirectory()
  let path = try directory.write(bytes, to: "model.gguf")
  do throws(GGUFError) {
    _ = try GGUFFile(path: path)
    return nil
  } catch {
    precondition(error.path == path && error.description.hasPrefix(path.string))
    return error.problem
  }
}
