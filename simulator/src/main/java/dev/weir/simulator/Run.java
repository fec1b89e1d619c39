package dev.weir.simulator;

/// What all parts of one simulation share. Confined to one thread.
record Run(
        Timeline time, Calls calls, Result result, ScenarioConfig scenario, Candidate candidate) {}
