Kindly wait.
