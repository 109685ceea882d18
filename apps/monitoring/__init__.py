"""双监控: nodes, actuals against targets and time, lights, yellow and red flags."""
