import CPlatform

/// The number of the CPU that the calling thread runs on at this moment; nil where the system cannot tell.
public func currentCPU() -> Int? {
  let cpu = cplatform_current_cpu()
  return cpu >= 0 ? Int(cpu) : nil
}
