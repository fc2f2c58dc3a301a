/** Command of the editor that fetches the data of the benchmarks with the ids given. */
export const fetchDataCommand = "medley.fetchData";
