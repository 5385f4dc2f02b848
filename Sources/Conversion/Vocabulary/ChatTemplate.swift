import GGUF
import Platform
import SystemPackage

/// The templates by which a checkpoint writes conversations: in `tokenizer_config.json`, else in files of their own.
struct ChatTemplate {
  let folder: FilePath
  let tokenizerConfig: JSONFields?

  private static let key = "tokenizer.chat_template"

  func write(to metadata: inout GGUFMetadata) throws(ConversionError) {
    if case .array(let templates)? = tokenizerConfig?.object["chat_template"] {
      try write(templates, to: &metadata)
      return
    }
    var text = try tokenizerConfig?.string("chat_template")
    if text == nil { text = try separateFile() }
    if let text { metadata.set(Self.key, .string(text)) }
  }

  /// Several templates by name; the one called `default` is the template.
  private func write(_ templates: [JSONValue], to metadata: inout GGUFMetadata) throws(ConversionError) {
    guard let tokenizerConfig else { return }
    var names: [String] = []
    for (index, value) in templates.enumerated() {
      guard case .object(let object) = value else {
        throw tokenizerConfig.error(
          .wrongFieldType("chat_template[\(index)]", expected: "object", found: value.kind))
      }
      let entry = JSONFields(path: tokenizerConfig.path, object: object, prefix: "chat_template[\(index)].")
      let name = try entry.required("name", entry.string("name"))
      let text = try entry.required("template", entry.string("template"))
      if name == "default" {
        metadata.set(Self.key, .string(text))
      } else {
        metadata.set("\(Self.key).\(name)", .string(text))
        names.append(name)
      }
    }
    if !names.isEmpty { metadata.set("tokenizer.chat_templates", .array(.strings(names))) }
  }

  private func separateFile() throws(ConversionError) -> String? {
    let path = folder.appending("chat_template.jinja")
    guard FolderCheck.exists(path) else {
      return try JSONFields.readIfPresent(folder.appending("chat_template.json"))?.string("chat_template")
    }
    let file: MappedFile
    do throws(MappedFileError) { file = try MappedFile(path: path) } catch {
      throw ConversionError(path, .unreadable(error))
    }
    guard let text = String(validating: file.bytes, as: UTF8.self) else {
      throw ConversionError(path, .json(.notUTF8(offset: 0)))
    }
    return text
  }
}
