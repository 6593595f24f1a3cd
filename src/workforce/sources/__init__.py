"""Where figures come from: files, the Statbank, registers and the sample county."""
