import Foundation
import SystemPackage
import TensorTypes
import TestSupport
import Testing

@testable import GGUF

/// Files that are not complete, with a hidden name and without any.
@Suite struct PendingFileTests {
  private let directory: TemporaryDirectory
  private let path: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("m.gguf")
  }

  private func content(_ path: FilePath) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path.string)))
  }

  private func write(_ bytes: [UInt8], _ file: PendingFile) throws {
    try bytes.withUnsafeBytes { try file.write($0) }
  }

  @Test("A file can be read, and is not under its name, until it is committed", arguments: [true, false])
  func commits(allowsUnnamed: Bool) throws {
    let file = try PendingFile(path: path, allowsUnnamed: allowsUnnamed)
    try write([1, 2], file)
    try file.sync()
    #expect(try content(file.readablePath) == [1, 2])
    let names = try directory.fileNames
    #expect(allowsUnnamed ? names.isEmpty : names.count == 1 && names[0].hasPrefix(".m.gguf."))
    try file.commit(replacing: false)
    #expect(try directory.fileNames == ["m.gguf"])
    #expect(try content(path) == [1, 2])
  }

  @Test("A file that is there is replaced only when it may be", arguments: [true, false])
  func replacing(allowsUnnamed: Bool) throws {
    try directory.write([9], to: "m.gguf")
    do {
      let file = try PendingFile(path: path, allowsUnnamed: allowsUnnamed)
      try write([1], file)
      #expect(throws: GGUFError(path: path, .unwritable(.fileExists))) { try file.commit(replacing: false) }
    }
    #expect(try directory.fileNames == ["m.gguf"])
    #expect(try content(path) == [9])
    let file = try PendingFile(path: path, allowsUnnamed: allowsUnnamed)
    try write([1, 2, 3], file)
    try file.commit(replacing: true)
    #expect(try directory.fileNames == ["m.gguf"])
    #expect(try content(path) == [1, 2, 3])
  }

  @Test("Without a commit nothing is left", arguments: [true, false])
  func abandoned(allowsUnnamed: Bool) throws {
    do { try write([1], PendingFile(path: path, allowsUnnamed: allowsUnnamed)) }
    #expect(try directory.fileNames.isEmpty)
  }

  @Test("What a killed writer left is removed; what a living one writes, and other files, are not")
  func removesAbandoned() throws {
    let left = try directory.write([1, 2, 3], to: ".m.gguf.1f.partial")
    let others = [".m.gguf.xyz.partial", ".n.gguf.1f.partial", "m.gguf.1f.partial", ".m.gguf..partial"]
    for name in others { try directory.write([1], to: name) }
    let living = try PendingFile(path: path, allowsUnnamed: false)
    #expect(AbandonedFile.remove(beside: path) == [AbandonedFile(path: left, byteCount: 3)])
    #expect(
      try Set(directory.fileNames) == Set(others + [try #require(living.readablePath.lastComponent?.string)]))
    #expect(AbandonedFile.remove(beside: directory.file("no").appending("m.gguf")) == [])
  }

  @Test("The parts of a model may have any names, but each must be the one that it says it is")
  func parts() throws {
    var paths: [FilePath] = []
    for part in 0..<2 {
      let metadata: GGUFMetadata = [
        "split.no": .uint16(UInt16(part)), "split.count": .uint16(2), "split.tensors.count": .int32(2),
      ]
      let path = directory.file("\(part)")
      let writer = try GGUFWriter(
        path: path, metadata: metadata,
        tensors: [GGUFTensor(name: "t\(part)", dimensions: [1], type: .i8)])
      try writer.append([UInt8(part)])
      try writer.finish()
      paths.append(path)
    }
    #expect(try GGUFFile(parts: paths).tensors.map(\.name) == ["t0", "t1"])
    #expect(throws: GGUFError(path: paths[1], .wrongPartNumber(expected: 0, found: 1))) {
      try GGUFFile(parts: paths.reversed())
    }
  }
}
