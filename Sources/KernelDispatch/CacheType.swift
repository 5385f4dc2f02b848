import CKernelABI

/// In what precision keys and values are cached, in the order of the kernel table (cache_layout.h).
public enum CacheType: String, CaseIterable, Sendable {
  /// Half precision.
  case f16
  /// int8 with a half scale for every 32 values: about half the memory, and integer dot products for scores.
  case q8_0

  private var index: Int32 { self == .f16 ? Int32(NACRE_CACHE_F16) : Int32(NACRE_CACHE_Q8_0) }

  /// Bytes that 16 positions of one KV head take up: their keys, their values.
  public func tileBytes(headSize: Int) -> (keys: Int, values: Int) {
    (
      Int(nacre_key_tile_bytes(index, Int64(headSize))), Int(nacre_value_tile_bytes(index, Int64(headSize)))
    )
  }
}

extension KernelLibrary {
  /// What writes and reads caches of that type.
  public func cache(_ type: CacheType) -> nacre_cache_functions {
    type == .f16 ? table.cache.0 : table.cache.1
  }
}
