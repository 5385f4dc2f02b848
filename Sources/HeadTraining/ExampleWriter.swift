import Glibc
import SystemPackage

/// Appends examples to their file as they are made. A file that a killed writer left is gone on with: what is not intact
/// at its end is cut off and made again, to the same bits.
public final class ExampleWriter {
  public let path: FilePath
  private let source: ExampleSource
  private let file: FileDescriptor
  /// Sequences that are in the file; the next one to append.
  public private(set) var sequenceCount: Int

  /// - Throws: also `otherExamples` and `notExamples`: a file that was made from something else is left as it is.
  public init(path: FilePath, source: ExampleSource) throws(HeadTrainingError) {
    (self.path, self.source) = (path, source)
    do {
      file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw Self.unwritable(path, error)
    }
    do throws(HeadTrainingError) {
      // Held until the file is closed.
      guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else { throw .inUse(path: path) }
      sequenceCount = try Self.prepare(file, path, source)
    } catch {
      try? file.close()
      throw error
    }
  }

  deinit { try? file.close() }

  public var isComplete: Bool { sequenceCount == source.sequenceCount }

  /// Appends the examples of sequence `sequenceCount`.
  public func append(_ examples: ExampleSequence) throws(HeadTrainingError) {
    precondition(!isComplete && examples.labels.count <= source.tokensPerPrompt)
    precondition(examples.states.count == examples.labels.count * source.hiddenSize)
    do {
      try file.writeAll(ExampleFormat.record(sequenceCount, examples))
    } catch {
      throw Self.unwritable(path, error)
    }
    sequenceCount += 1
  }

  /// Makes the file end after its last intact sequence; returns how many there are.
  private static func prepare(
    _ file: FileDescriptor, _ path: FilePath, _ source: ExampleSource
  ) throws(HeadTrainingError) -> Int {
    do {
      let header = ExampleFormat.header(source)
      guard try file.seek(offset: 0, from: .end) >= header.count else {
        // New, or its writer was killed before the header was whole.
        try checkBeginning(file, header, path)
        try truncate(file, to: 0)
        try file.writeAll(header)
        return 0
      }
      let examples = try ExampleSet(path: path, source: source)
      try truncate(file, to: examples.intactByteCount)
      return examples.sequenceCount
    } catch let error as HeadTrainingError {
      throw error
    } catch {
      throw unwritable(path, error)
    }
  }

  /// A short file is written over only if it is the beginning of what will be written.
  private static func checkBeginning(_ file: FileDescriptor, _ header: [UInt8], _ path: FilePath) throws {
    var bytes = [UInt8](repeating: 0, count: header.count)
    let count = try bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }
    guard bytes[..<count].elementsEqual(header[..<count]) else {
      throw HeadTrainingError.notExamples(path: path)
    }
  }

  private static func truncate(_ file: FileDescriptor, to byteCount: Int) throws {
    guard ftruncate(file.rawValue, byteCount) == 0 else { throw Errno(rawValue: errno) }
    try file.seek(offset: Int64(byteCount), from: .start)
  }

  private static func unwritable(_ path: FilePath, _ error: any Error) -> HeadTrainingError {
    .unwritable(path: path, error as? Errno ?? .ioError)
  }
}
