"""Bare Dagster: jobs in which nothing is done, to measure against. Nothing of Volt is in here."""

import dagster as dg

GRAPH_OPS = 2
"""The first and the last of the graph asset, around its mapped steps."""


def empty_steps(steps: int) -> dg.JobDefinition:
    """A chain of ops that do nothing, with Dagster's default outputs."""

    @dg.op
    def first() -> int:
        return 0

    @dg.op
    def empty(before: int) -> int:
        return before

    @dg.job(executor_def=dg.in_process_executor)
    def chain() -> None:
        after = first()
        for number in range(1, steps):
            after = empty.alias(f"empty_{number}")(after)

    return chain


def empty_graph(step_keys: list[str], partitions: str) -> dg.JobDefinition:
    """As many assets, mapped steps of one graph asset and checks as `step_keys` has, partitioned, with Dagster's own IO."""
    mapped = sum("[" in key for key in step_keys)
    checks = sum("__" in key for key in step_keys)
    ranges = dg.DynamicPartitionsDefinition(name=partitions)
    chain = [_asset(number, ranges) for number in range(len(step_keys) - mapped - checks - GRAPH_OPS)]
    assets = [*chain, _graph_asset(f"empty_{len(chain) - 1}", mapped, ranges)]
    return dg.Definitions(
        assets=assets,
        asset_checks=[_check(number) for number in range(checks)],
        jobs=[dg.define_asset_job("graph", partitions_def=ranges)],
        executor=dg.in_process_executor,
    ).resolve_job_def("graph")


def _asset(number: int, ranges: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    before = {} if number == 0 else {"before": dg.AssetIn(f"empty_{number - 1}")}

    @dg.asset(name=f"empty_{number}", ins=before, partitions_def=ranges)
    def empty(**before: int) -> int:
        return len(before)

    return empty


def _graph_asset(parent: str, mapped: int, ranges: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    @dg.op(out=dg.DynamicOut(int))
    def split(before: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- Dagster 1.13 takes an annotation for the output's type
        del before
        for number in range(mapped):
            yield dg.DynamicOutput(number, mapping_key=str(number))

    @dg.op
    def empty_of_type(number: int) -> int:
        return number

    @dg.op
    def merge(numbers: list[int]) -> int:
        return len(numbers)

    @dg.graph_asset(name="empty_graph", ins={"before": dg.AssetIn(parent)}, partitions_def=ranges)
    def graph(before: int) -> int:
        merged: int = merge(split(before).map(empty_of_type).collect())
        return merged

    return graph


def _check(number: int) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=f"empty_{number}", name=f"holds_{number}")
    def holds() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    return holds
