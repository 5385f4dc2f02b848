import Platform
import SystemPackage

/// A file of examples, mapped: whatever of it is intact.
public final class ExampleSet: @unchecked Sendable {
  // Invariant: the mapping is read-only and lives as long as the object; all offsets were checked against it.

  public let source: ExampleSource
  private let file: MappedFile
  private let records: [ExampleFormat.Record]
  /// Bytes of the intact part.
  let intactByteCount: Int

  /// - Throws: `otherExamples`, `notExamples`, `unreadable`.
  public init(path: FilePath, source: ExampleSource) throws(HeadTrainingError) {
    do throws(MappedFileError) {
      file = try MappedFile(path: path)
    } catch {
      throw .unreadable(error)
    }
    self.source = source
    switch ExampleFormat.difference(file.bytes, from: source) {
    case .notExamples: throw .notExamples(path: path)
    case .other(let what): throw .otherExamples(path: path, what: what)
    case nil: break
    }
    var records: [ExampleFormat.Record] = []
    var end = ExampleFormat.header(source).count
    while records.count < source.sequenceCount,
      let record = ExampleFormat.record(file.bytes, at: end, sequence: records.count, source)
    {
      records.append(record)
      end = record.end
    }
    self.records = records
    intactByteCount = end
  }

  /// Sequences that are there: the first ones of the source.
  public var sequenceCount: Int { records.count }

  /// Examples of a sequence.
  public func count(_ sequence: Int) -> Int { records[sequence].count }

  /// Examples of all sequences that are there.
  public var exampleCount: Int { records.reduce(0) { $0 + $1.count } }

  /// For each candidate of a sequence, the chance that the target accepts it; valid while this object lives.
  public func labels(_ sequence: Int) -> UnsafeBufferPointer<Float> {
    floats(at: records[sequence].labels, count: records[sequence].count)
  }

  /// The draft's states at the candidates, `[count(sequence), hiddenSize]`; valid while this object lives.
  public func states(_ sequence: Int) -> UnsafeBufferPointer<Float> {
    floats(at: records[sequence].states, count: records[sequence].count * source.hiddenSize)
  }

  private func floats(at offset: Int, count: Int) -> UnsafeBufferPointer<Float> {
    // The mapping begins at a page and every part of the file has a multiple of 4 bytes.
    UnsafeRawBufferPointer(rebasing: file.bytes[offset..<offset + 4 * count])
      .assumingMemoryBound(to: Float.self)
  }
}
